"""Tables of the territory, created in the database of each service that reads them."""

V1 = """
CREATE TABLE territory_version (
    name text PRIMARY KEY,
    version text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE territory_epci (
    siren text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    population integer NOT NULL,
    population_in_department integer NOT NULL,
    communes_in_department integer NOT NULL,
    department text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);

CREATE TABLE territory_commune (
    code text PRIMARY KEY,
    name text NOT NULL,
    folded text NOT NULL,
    population integer NOT NULL,
    postal_codes text[] NOT NULL,
    epci_siren text,
    epci_name text,
    arrondissement_code text,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    apl_mg numeric(4, 1),
    apl_year integer,
    department text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CHECK ((apl_mg IS NULL) = (apl_year IS NULL))
);

CREATE INDEX territory_commune_department ON territory_commune (department, folded);

CREATE TABLE territory_delegated_commune (
    code text NOT NULL,
    name text NOT NULL,
    folded text NOT NULL,
    kind text NOT NULL,
    commune_code text NOT NULL REFERENCES territory_commune (code),
    PRIMARY KEY (code, commune_code)
);

CREATE TABLE territory_sector (
    name text NOT NULL,
    epci_siren text NOT NULL REFERENCES territory_epci (siren),
    status text NOT NULL,
    confidence text NOT NULL,
    comment text,
    valid_from date NOT NULL,
    valid_to date,
    PRIMARY KEY (name, epci_siren, valid_from)
);
"""
