// Loads the visits into a local leveldb, then replicates them to fresh server databases, once for every line on stdin ("BATCH URL").
// Prints {"seconds", "docs"} for each.
const fs = require('fs');
const readline = require('readline');
const PouchDB = require('pouchdb');
const [folder, file] = process.argv.slice(2);
(async () => {
  const local = new PouchDB(folder + '/local');
  const docs = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => { const row = JSON.parse(line); return {_id: row.visit, ...row}; });
  for (let at = 0; at < docs.length; at += 1000) await local.bulkDocs(docs.slice(at, at + 1000));
  console.log(JSON.stringify({loaded: docs.length}));
  for await (const line of readline.createInterface({input: process.stdin})) {
    const [batch, url] = line.split(' ');
    const remote = new PouchDB(url);
    await remote.info();
    const start = process.hrtime.bigint();
    const done = await local.replicate.to(remote, {batch_size: Number(batch), checkpoint: 'target'});
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const held = (await remote.info()).doc_count;
    console.log(JSON.stringify({seconds, docs: held, ok: done.ok}));
  }
})().catch((error) => { console.error(error); process.exit(1); });
