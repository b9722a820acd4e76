-- Version 3 keeps approvals: who approved which plan, when and why, with its figures and a snapshot to plan it again.
CREATE TABLE approvals (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    inputs_id TEXT NOT NULL,
    company TEXT NOT NULL,
    scenario_id TEXT NOT NULL,
    scenario_key TEXT NOT NULL,
    approved_at TIMESTAMP NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    figures TEXT NOT NULL,
    snapshot BLOB NOT NULL
);
