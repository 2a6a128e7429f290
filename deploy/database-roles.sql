-- The two roles of the portal, its database and its extensions (ADR 0051). psql runs it as a superuser, with the
-- variables `password` and `owner_password`, on a new server or on one that had a single role; repeatable.
-- Statements with a password are kept out of the log even when they fail.
SET log_min_error_statement = panic;
SET client_min_messages = warning;

SELECT 'CREATE ROLE portal_owner LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') \gexec
SELECT 'CREATE ROLE portal LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal') \gexec
ALTER ROLE portal_owner NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT PASSWORD :'owner_password';
ALTER ROLE portal NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
-- The owner may do what the application may, and change the tables of datasets, which the application makes.
SELECT 'REVOKE portal_owner FROM portal' WHERE pg_has_role('portal', 'portal_owner', 'MEMBER') \gexec
GRANT portal TO portal_owner;

SELECT 'CREATE DATABASE portal OWNER portal_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
ALTER DATABASE portal OWNER TO portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
REVOKE ALL ON DATABASE portal FROM portal;
GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal;

\connect portal
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM portal;
ALTER SCHEMA public OWNER TO pg_database_owner;

-- A portal that had one role: its tables and functions go to the owner, those of datasets stay with the application. It
-- goes on working until `migrate` narrows what it may do.
DO $$
DECLARE
    relation regclass;
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_class WHERE relowner = 'portal'::regrole AND relnamespace = 'public'::regnamespace
        UNION ALL SELECT FROM pg_proc WHERE proowner = 'portal'::regrole AND pronamespace = 'public'::regnamespace)
    THEN
        RETURN;
    END IF;
    REASSIGN OWNED BY portal TO portal_owner;
    GRANT USAGE ON SCHEMA public TO portal;
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO portal;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO portal;
    IF to_regnamespace('datasets') IS NOT NULL THEN
        GRANT USAGE, CREATE ON SCHEMA datasets TO portal;
        FOR relation IN
            SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace('datasets') AND relkind IN ('r', 'p')
        LOOP
            EXECUTE format('ALTER TABLE %s OWNER TO portal', relation);
        END LOOP;
    END IF;
END $$;
