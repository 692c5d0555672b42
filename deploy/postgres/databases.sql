-- Two databases in one server, each with an owner of its own: Prefect's and the store of jixiao.
-- Run once, when the server is new, by psql as superuser; the passwords come from the environment.
\set ON_ERROR_STOP on
\getenv prefect_password PREFECT_DB_PASSWORD
\getenv jixiao_password JIXIAO_DB_PASSWORD

CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE DATABASE prefect OWNER prefect ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE prefect FROM PUBLIC;

CREATE ROLE jixiao LOGIN PASSWORD :'jixiao_password';
CREATE DATABASE jixiao OWNER jixiao ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE jixiao FROM PUBLIC;
