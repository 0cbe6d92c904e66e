"""All projection tables in one place: importing this module registers them (`migrations.projection_tables` asks here)."""

from __future__ import annotations

from sqlmodel import SQLModel

from xieli_tui.store.tables import aid, household, matters, packs, registers, rulings, verdicts, work

MODELS: tuple[type[SQLModel], ...] = (
    household.HouseholdTable, household.PersonTable, household.MembershipTable, household.ClaimHeadTable, household.CategoryRulingTable,
    household.MentionTable, household.PersonMergeTable, household.StatementTable,
    work.VisitTable, work.FlagTable, work.InformedTable, work.ChangeTable, work.AlertTable, work.ReferralTable, work.NoticeTable,
    aid.ApplicationTable, aid.StepTable, aid.DecisionTable, aid.ConsentTable, aid.CommitmentTable, aid.PaperTable, aid.KinTable,
    aid.AdvanceTable, aid.AidTable,
    verdicts.VerdictTable, verdicts.ClampTable, verdicts.DeviceTable, verdicts.OperatorTable, verdicts.LocalParamTable,
    packs.BlobTable, packs.PackInstallTable,
    matters.AssessmentTable, matters.ServiceTable, matters.EncounterTable, matters.LossTable, matters.EmergencyTable, matters.PublicEventTable,
    matters.ComplaintTable, matters.ConferenceTable, matters.FraudTable,
    rulings.TaperTable, rulings.ReviewTable, rulings.CheckRequestTable, rulings.ReserveTable,
    registers.StaffTable, registers.StationTable, registers.PairTable, registers.HelpingGroupTable,
)
"""Every projection table."""
