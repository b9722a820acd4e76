-- Version 2 keeps what a frozen scenario answered, beside the scenario.
CREATE TABLE results (
    number BIGINT NOT NULL DEFAULT nextval('numbers'),
    inputs_id TEXT NOT NULL,
    company TEXT NOT NULL,
    scenario_id TEXT NOT NULL,
    scenario_key TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    figures TEXT NOT NULL
);
