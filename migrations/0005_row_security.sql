-- Whose rows are whose.  Requests act as app_user or app_admin (api_role), and
-- app.user is the id of who has signed in (api_settings).

-- NULL, which is nobody, where nothing is set: '' is what a setting leaves
-- behind in a session when its transaction is over.
CREATE FUNCTION signed_in_user() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.user', true), '')::uuid $$;

-- ---- users -------------------------------------------------------------------

-- No role reads password_hash, nor writes role: only the tables' owner does, as
-- whom the routes of /auth sign people in.  So no policy is FORCEd on the owner
-- here.
GRANT SELECT (id, email, name, created_at), UPDATE (email, name), DELETE
    ON users TO app_user, app_admin;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- Around the function stands a SELECT, so that it is called once a statement
-- and not once a row.
CREATE POLICY users_seen_by_all ON users FOR SELECT TO app_user
    USING (true);
CREATE POLICY users_change_themselves ON users FOR UPDATE TO app_user
    USING (id = (SELECT signed_in_user()));
CREATE POLICY users_delete_themselves ON users FOR DELETE TO app_user
    USING (id = (SELECT signed_in_user()));

-- A policy TO a role holds for its members, too, and app is one: so this one
-- asks whether somebody acts as the admin.
CREATE POLICY users_of_admins ON users TO app_admin
    USING (current_user = 'app_admin');

-- ---- posts -------------------------------------------------------------------

GRANT SELECT, INSERT (user_id, title, content, published),
      UPDATE (title, content, published), DELETE
    ON posts TO app_user, app_admin;

-- FORCE: the owner is no exception, so a route that lacks api_role sees no draft
-- and changes nothing.  Neither does a later migration: one that changes rows of
-- posts says ALTER TABLE posts NO FORCE ROW LEVEL SECURITY before, and FORCE
-- behind it.
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts FORCE ROW LEVEL SECURITY;

-- Policies for the same command add up: one's own, and what is published.  What
-- USING lets see may also be written, unless WITH CHECK says otherwise.
CREATE POLICY posts_of_their_author ON posts TO app_user
    USING (user_id = (SELECT signed_in_user()));
CREATE POLICY posts_published ON posts FOR SELECT TO app_user
    USING (published);
CREATE POLICY posts_of_admins ON posts TO app_admin
    USING (current_user = 'app_admin');
