"""Rule functions by document and topic; every module here is imported by `registry.load_rules`.

File names: `engine_wide`, `jiangxi_*` (000), `gongxian_*` (001), `jiangmen_*` (002), `chongqing_*` (003), `national_*` (004).
A reader lays the clause beside the function and nods: one function per rule and op, numbers from the pack, words of the clause in the labels.
"""
