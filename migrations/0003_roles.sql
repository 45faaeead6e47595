-- The two roles that requests act as: api_role takes one of them for each
-- transaction, and what it may do there is granted to it in 0005.
--
-- Roles belong to the whole server, and making them needs CREATEROLE, which the
-- user of a managed database usually has.  A user that serves the world is
-- better off without it: then an administrator makes them once,
--
--     CREATE ROLE app_user;
--     CREATE ROLE app_admin;
--     GRANT app_user, app_admin TO app;
--
-- and this file finds nothing to do.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['app_user', 'app_admin'] LOOP

        CONTINUE WHEN EXISTS (SELECT FROM pg_roles
                               WHERE rolname = role
                                 AND pg_has_role(oid, 'MEMBER'));
        BEGIN
            EXECUTE format('CREATE ROLE %I', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;       -- somebody, perhaps another database's migrations, has
        END;

        EXECUTE format('GRANT %I TO CURRENT_USER', role);

    END LOOP;

EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the roles app_user and app_admin are not there, or not'
                    ' granted to %, which may not do that itself', current_user
        USING ERRCODE = 'insufficient_privilege',
              HINT = format('As an administrator: CREATE ROLE app_user; CREATE'
                            ' ROLE app_admin; GRANT app_user, app_admin TO %I',
                            current_user);
END
$$;
