
#include "sql/reach_query.h"


/*
 * A function of PostgreSQL's own or of an extension in C says by "parallel
 * safe" that it leaves nothing in its session (PostgreSQL's documentation,
 * chapter 15.4); pg_proc.dat says less of these, and calls txid_current() and
 * its like stable.
 */

const char  api_sql_reach_query_functions[] =
    "SELECT p.proname::text,"
    " p.provolatile = 'v' OR p.prokind IN ('a', 'w')"
    " AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace"
    " OR p.proname IN ('now', 'transaction_timestamp', 'txid_current',"
    " 'txid_current_if_assigned', 'pg_current_xact_id',"
    " 'pg_current_xact_id_if_assigned'),"
    " p.proname IN ('currval', 'lastval'),"
    " CASE WHEN l.lanname = 'sql' THEN 'q'"
    " WHEN l.lanname = 'plpgsql' THEN 'p'"
    " WHEN l.lanname NOT IN ('internal', 'c') THEN 'o'"
    " WHEN p.proparallel = 's' THEN 'c'"
    " WHEN p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace THEN 'x'"
    " WHEN p.proname IN ('age', 'current_query', 'current_schema',"
    " 'current_schemas', 'currval', 'lastval', 'nextval', 'setval',"
    " 'pg_sequence_last_value', 'pg_advisory_xact_lock',"
    " 'pg_advisory_xact_lock_shared', 'pg_try_advisory_xact_lock',"
    " 'pg_try_advisory_xact_lock_shared', 'pg_backend_pid',"
    " 'pg_conf_load_time', 'pg_config', 'pg_current_xact_id',"
    " 'pg_current_xact_id_if_assigned', 'pg_get_viewdef',"
    " 'pg_listening_channels', 'pg_my_temp_schema',"
    " 'pg_notification_queue_usage', 'pg_notify', 'pg_trigger_depth',"
    " 'random', 'set_config', 'txid_current', 'txid_current_if_assigned',"
    " 'pg_logical_emit_message', 'pg_stat_clear_snapshot', 'lo_close',"
    " 'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_get', 'lo_lseek',"
    " 'lo_lseek64', 'lo_open', 'lo_put', 'lo_tell', 'lo_tell64',"
    " 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'loread', 'lowrite')"
    " OR p.proname LIKE 'inet\\_%\\_%'"
    " OR p.proname LIKE 'pg\\_stat\\_get\\_%' THEN 'c'"
    " ELSE 's' END,"
    " CASE WHEN p.prokind = 'a' THEN (SELECT pg_catalog.concat_ws(' ',"
    " a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,"
    " a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)"
    " FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)"
    " WHEN l.lanname IN ('sql', 'plpgsql')"
    " THEN pg_catalog.pg_get_functiondef(p.oid)"
    " WHEN p.pronargdefaults > 0"
    " THEN pg_catalog.pg_get_function_arguments(p.oid) END,"
    " CASE WHEN l.lanname = 'sql' THEN p.prosrc END"
    " FROM pg_catalog.pg_proc p"
    " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
    " WHERE p.proname = ANY ($1::text[])";


/*
 * As the catalog writes them, functions and relations stand in these with their
 * names.  A referential action changes rows of the relation that refers.  Types
 * are among the relations, for what a domain checks.
 */

const char  api_sql_reach_query_relations[] =
    "WITH c AS (SELECT oid, relname::text AS name, relkind"
    " FROM pg_catalog.pg_class"
    " WHERE relname = ANY ($1::text[])"
    " AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c'))"
    " SELECT c.name, false, pg_catalog.pg_get_ruledef(r.oid)"
    " FROM c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid"
    " WHERE r.ev_type = '1'"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_ruledef(r.oid)"
    " FROM c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid"
    " WHERE r.ev_type <> '1'"
    " UNION ALL"
    " SELECT c.name, p.polcmd NOT IN ('r', '*'), pg_catalog.concat_ws(' ',"
    " pg_catalog.pg_get_expr(p.polqual, p.polrelid),"
    " pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))"
    " FROM c JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_triggerdef(t.oid)"
    " FROM c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid"
    " WHERE NOT t.tgisinternal"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
    " FROM c JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_constraintdef(k.oid)"
    " FROM c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
    " WHERE k.contype IN ('c', 'x')"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_indexdef(i.indexrelid)"
    " FROM c JOIN pg_catalog.pg_index i ON i.indrelid = c.oid"
    " WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL"
    " UNION ALL"
    " SELECT c.name, true, k.conrelid::pg_catalog.regclass::text"
    " FROM c JOIN pg_catalog.pg_constraint k ON k.confrelid = c.oid"
    " WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd')"
    " OR k.confupdtype IN ('c', 'n', 'd'))"
    " UNION ALL"
    " SELECT c.name, true, i.inhrelid::pg_catalog.regclass::text"
    " FROM c JOIN pg_catalog.pg_inherits i ON i.inhparent = c.oid"
    " UNION ALL"
    " SELECT c.name, true, pg_catalog.pg_get_partkeydef(c.oid)"
    " FROM c WHERE c.relkind = 'p'"
    " UNION ALL"
    " SELECT c.name, false, pg_catalog.format_type(a.atttypid, NULL)"
    " FROM c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384"
    " UNION ALL"
    " SELECT t.typname::text, false, pg_catalog.concat_ws(' ',"
    " pg_catalog.format_type(NULLIF(t.typbasetype, 0), NULL),"
    " (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid),"
    " ' ') FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid))"
    " FROM pg_catalog.pg_type t"
    " WHERE t.typname = ANY ($1::text[]) AND t.typtype = 'd'";


/*
 * In C nobody but the database's owner can have made them, who may do anything;
 * those of PostgreSQL's own say themselves what they are.
 */

const char  api_sql_reach_query_hidden[] =
    "SELECT DISTINCT p.proname::text FROM (SELECT o.oprcode::oid AS f"
    " FROM pg_catalog.pg_operator o"
    " UNION ALL SELECT c.castfunc FROM pg_catalog.pg_cast c"
    " UNION ALL SELECT a.amproc::oid FROM pg_catalog.pg_amproc a"
    " UNION ALL SELECT r.rngcanonical::oid FROM pg_catalog.pg_range r"
    " UNION ALL SELECT r.rngsubdiff::oid FROM pg_catalog.pg_range r) u"
    " JOIN pg_catalog.pg_proc p ON p.oid = u.f"
    " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
    " WHERE p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace"
    " AND (l.lanname NOT IN ('internal', 'c') OR p.provolatile = 'v')";
