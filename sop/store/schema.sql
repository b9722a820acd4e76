-- The store as it is now. An older store gets here by the numbered files in migrations/.
-- Rows are appended, never updated or deleted; of several rows about one thing the one with the highest number counts.
-- Input tables (input_items, input_prices, ...) are made from the catalogue, see tables.py.

CREATE SEQUENCE numbers;

CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    applied_at TIMESTAMP NOT NULL
);

-- One row per import. The newest one is the cycle being planned.
CREATE TABLE imports (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    inputs_id TEXT NOT NULL,
    company TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    imported_at TIMESTAMP NOT NULL
);

CREATE TABLE demand_models (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    inputs_id TEXT NOT NULL,
    fitted_at TIMESTAMP NOT NULL,
    model BLOB NOT NULL
);

-- Every version of every scenario as JSON; deleting one appends a row with deleted = true.
CREATE TABLE scenarios (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    company TEXT NOT NULL,
    id TEXT NOT NULL,
    deleted BOOLEAN NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    document TEXT NOT NULL
);

-- What a frozen scenario answered: the key of the question, and figures as JSON.
CREATE TABLE results (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    inputs_id TEXT NOT NULL,
    company TEXT NOT NULL,
    scenario_id TEXT NOT NULL,
    scenario_key TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    figures TEXT NOT NULL
);

-- Approved plans: figures as JSON, and a snapshot to plan it again from nothing else.
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

-- Foreign column names a user has matched to ours, as JSON.
CREATE TABLE column_mappings (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    saved_at TIMESTAMP NOT NULL,
    document TEXT NOT NULL
);
