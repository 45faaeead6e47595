
#include "sql/columns.h"


/*
 * A table, or the views over it: auto-updatable ones, without rules and
 * triggers that put something else in the place of a statement, pass each
 * column on as it is.  Which ones those are, and which a view's condition is
 * about, is in the query that the catalog keeps of it (ev_action), and nowhere
 * else: its target list names the origin of each column, and the variables
 * between its jointree and that are those of the condition.  Where this is not
 * found, or the condition has a query within, no more is known of the view.
 *
 * down: a row for what is asked for, and one for each relation below it, level
 * by level. cols: what the columns on top are there, by number, in their order;
 * NULL: made by an expression, or not understood; plain: all are.  via, quals:
 * the view right above it, and the columns here that its condition is about.
 */

/* ROW_MARK aside, 1 << CMD_UPDATE | 1 << CMD_INSERT | 1 << CMD_DELETE */
#define COLUMNS_UPDATABLE  "28"

/* TRIGGER_TYPE_ROW, _BEFORE and _INSERT, catalog/pg_trigger.h; _INSTEAD */
#define COLUMNS_BEFORE_INSERT  "7"
#define COLUMNS_INSTEAD  "64"

#define COLUMNS_ENTRIES                                                       \
    "pg_catalog.regexp_matches(r.ev_action::text, ':resno ([0-9]+)"           \
    " :resname ((?:[^ \\\\]|\\\\.)+) :ressortgroupref [0-9]+"                  \
    " :resorigtbl ([1-9][0-9]*)"                                              \
    " :resorigcol ([1-9][0-9]*)', 'g')"

#define COLUMNS_DOWN                                                          \
    "WITH RECURSIVE down(name, top, rel, kind, rules, level, cols, via,"      \
    " quals) AS ("                                                            \
    "SELECT n.name, c.oid, c.oid, c.relkind, c.relhasrules, 0,"               \
    " ARRAY(SELECT a.attnum::int FROM pg_catalog.pg_attribute a"              \
        " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"   \
        " ORDER BY a.attnum), NULL::name, NULL::int[]"                        \
    " FROM (SELECT DISTINCT pg_catalog.unnest($1::text[])) n(name)"           \
    " JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(n.name)"   \
    " UNION ALL"                                                              \
    " SELECT d.name, d.top, b.oid, b.relkind, b.relhasrules, d.level + 1,"    \
    " ARRAY(SELECT v.cols[u] FROM pg_catalog.unnest(d.cols)"                  \
        " WITH ORDINALITY x(u, i) ORDER BY i), v.name, v.quals"               \
    " FROM down d"                                                            \
    " JOIN pg_catalog.pg_rewrite r ON r.ev_class = d.rel"                     \
    " AND r.rulename = '_RETURN'"                                             \
    " CROSS JOIN LATERAL (SELECT max(e.m[3])::pg_catalog.oid AS base,"        \
        " count(DISTINCT e.m[3]) AS n,"                                       \
        " (SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = d.rel)"  \
        " AS name,"                                                           \
        " (SELECT pg_catalog.array_agg(f.c ORDER BY a.attnum)"                \
        " FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL"                  \
            " (SELECT CASE WHEN count(*) = 1 THEN max(g.m[4])::int END AS c"  \
            " FROM " COLUMNS_ENTRIES " g(m)"                                  \
            " WHERE g.m[1]::int = a.attnum AND pg_catalog.regexp_replace("    \
            "g.m[2], '\\\\(.)', '\\1', 'g') = a.attname) f"                   \
        " WHERE a.attrelid = d.rel AND a.attnum > 0) AS cols,"                \
        " CASE WHEN pg_catalog.strpos(r.ev_action::text, '{SUBLINK') = 0"     \
        " THEN ARRAY(SELECT DISTINCT q.m[1]::int"                             \
            " FROM pg_catalog.regexp_matches(pg_catalog.split_part("          \
            "pg_catalog.split_part(r.ev_action::text, ' :jointree ', 2),"     \
            " ' :targetList ', 1), '[{]VAR :varno [0-9]+ :varattno"           \
            " ([0-9]+)', 'g') q(m)) END AS quals"                             \
        " FROM " COLUMNS_ENTRIES " e(m)) v"                                   \
    " JOIN pg_catalog.pg_class b ON b.oid = v.base"                           \
    " WHERE d.kind = 'v' AND v.n = 1 AND d.level < 32"                        \
    " AND pg_catalog.pg_relation_is_updatable(d.rel, false)"                  \
        " & " COLUMNS_UPDATABLE " = " COLUMNS_UPDATABLE                       \
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite o"                    \
        " WHERE o.ev_class = d.rel AND o.rulename <> '_RETURN')"              \
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g"                    \
        " WHERE g.tgrelid = d.rel AND g.tgtype & " COLUMNS_INSTEAD " <> 0)"   \
    "), base AS (SELECT DISTINCT ON (d.name) d.name, d.top, d.rel, d.level,"  \
    " d.cols, d.kind, d.kind IN ('r', 'p', 'f') AND NOT d.rules"              \
    " AND (d.level = 0 OR NOT EXISTS (SELECT FROM pg_catalog.unnest(d.cols)"  \
        " WITH ORDINALITY x(u, i) WHERE u IS NULL"                            \
        " AND pg_catalog.pg_column_is_updatable(d.top, i::smallint, false)))" \
    " AS plain"                                                               \
    " FROM down d ORDER BY d.name, d.level DESC)"


/*
 * A rule may put another statement in the place of this one, and so may a view
 * that is not auto-updatable: then a column of theirs bounds nothing.  What the
 * view does not show has no place, and may be needed.
 */

const char  api_sql_columns_sql[] =
    COLUMNS_DOWN
    ", shown AS (SELECT w.name, w.rel, w.plain, w.kind, w.attname,"
    " w.atttypid, w.atttypmod, w.atthasdef, w.cols[w.i] AS col, w.i"
    " FROM (SELECT b.*, a.attname, a.atttypid, a.atttypmod, a.atthasdef,"
        " (pg_catalog.row_number() OVER (PARTITION BY b.name"
        " ORDER BY a.attnum))::int AS i"
        " FROM base b JOIN pg_catalog.pg_attribute a ON a.attrelid = b.top"
        " AND a.attnum > 0 AND NOT a.attisdropped) w"
    " UNION ALL SELECT w.name, w.rel, w.plain, w.kind, a.attname,"
    " a.atttypid, a.atttypmod, false, a.attnum, 100000"
    " FROM base w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.rel"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull"
    " AND a.attnum <> ALL (pg_catalog.array_remove(w.cols, NULL))"
    " WHERE w.level > 0 AND w.plain AND NOT EXISTS (SELECT"
        " FROM pg_catalog.pg_attribute t WHERE t.attrelid = w.top"
        " AND t.attname = a.attname))"
    " SELECT s.name, s.attname, s.i,"
    " CASE WHEN s.plain AND s.col IS NOT NULL THEN"
        " CASE WHEN t.typtype = 'd'"
        " THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)"
        " ELSE pg_catalog.format_type(s.atttypid, s.atttypmod) END END,"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END,"
    " s.plain AND s.kind <> 'f' AND NOT s.atthasdef"
        " AND (b.attnotnull OR (t.typtype = 'd' AND t.typnotnull))"
        " AND NOT b.atthasdef AND b.attidentity = ''"
        " AND (t.typtype <> 'd' OR t.typdefault IS NULL),"
    " EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgenabled <> 'D'"
        " AND g.tgtype & " COLUMNS_BEFORE_INSERT " = " COLUMNS_BEFORE_INSERT
        " AND (g.tgrelid = s.rel OR g.tgrelid IN (SELECT p.relid"
        " FROM pg_catalog.pg_partition_tree(s.rel) p)))"
    " FROM shown s JOIN pg_catalog.pg_type t ON t.oid = s.atttypid"
    " LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = s.rel"
    " AND b.attnum = s.col"
    " ORDER BY s.name, s.i";


/*
 * Constraints, those of domains, generated columns (which refer to others by
 * themselves or by their expression, as the server's version is), columns that
 * a view calls otherwise, the check options of views, and that it is a table
 * or such views over one.  at: the name on top of a column below, and where it
 * is not shown one that no statement has.
 */

const char  api_sql_columns_rules[] =
    COLUMNS_DOWN
    ", at AS (SELECT d.name, d.level, d.rel, a.attnum,"
    " CASE WHEN d.level = 0 THEN a.attname::text"
    " ELSE coalesce(t.attname::text, c.relname || '.' || a.attname) END"
    " AS attname, t.attname IS NOT NULL AS shown"
    " FROM down d JOIN pg_catalog.pg_class c ON c.oid = d.rel"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.rel AND a.attnum > 0"
    " AND NOT a.attisdropped"
    " LEFT JOIN pg_catalog.pg_attribute t ON d.level > 0"
    " AND t.attrelid = d.top AND t.attnum > 0"
    " AND t.attnum = pg_catalog.array_position(d.cols, a.attnum::int))"
    " SELECT w.name, k.conname::text, a.attname, a.attnum"
    " FROM base w JOIN pg_catalog.pg_constraint k"
    " ON k.conrelid = w.rel AND k.contype = 'c'"
    " JOIN at a ON a.name = w.name AND a.level = w.level"
    " AND a.attnum = ANY (k.conkey)"
    " UNION ALL SELECT w.name, k.conname::text, a.attname::text, a.attnum"
    " FROM base w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.top"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " JOIN pg_catalog.pg_constraint k"
    " ON k.contypid <> 0 AND k.contypid IN (t.oid, t.typelem)"
    " AND k.contype = 'c'"
    " UNION ALL SELECT w.name, n.attname, a.attname, a.attnum"
    " FROM base w JOIN pg_catalog.pg_attribute g ON g.attrelid = w.rel"
    " AND g.attgenerated <> ''"
    " JOIN at n ON n.name = w.name AND n.level = w.level"
    " AND n.attnum = g.attnum"
    " JOIN pg_catalog.pg_attrdef e ON e.adrelid = w.rel"
    " AND e.adnum = g.attnum"
    " JOIN pg_catalog.pg_depend d ON d.refobjid = w.rel"
    " AND d.refobjsubid <> g.attnum"
    " AND ((d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.objid = w.rel AND d.objsubid = g.attnum)"
    " OR (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    " AND d.objid = e.oid))"
    " JOIN at a ON a.name = w.name AND a.level = w.level"
    " AND a.attnum = d.refobjsubid AND a.attnum > 0"
    " UNION ALL SELECT w.name, '" API_SQL_COLUMNS_COLUMN "' || o.attname,"
    " a.attname, a.attnum"
    " FROM base w JOIN at a ON a.name = w.name AND a.level = w.level"
    " JOIN pg_catalog.pg_attribute o ON o.attrelid = w.rel"
    " AND o.attnum = a.attnum AND o.attname <> a.attname"
    " WHERE w.plain AND (a.shown OR o.attgenerated <> ''"
    " OR EXISTS (SELECT FROM pg_catalog.pg_attribute t"
        " WHERE t.attrelid = w.top AND t.attname = o.attname))"
    " UNION ALL SELECT w.name, '" API_SQL_COLUMNS_ATTRIBUTE "' || coalesce("
    "k.conname::text, pg_catalog.format_type(f.atttypid, f.atttypmod)),"
    " f.attname::text, f.attnum"
    " FROM base w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.top"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " JOIN pg_catalog.pg_type c ON c.typtype = 'c'"
    " AND c.oid IN (t.oid, t.typelem, t.typbasetype)"
    " JOIN pg_catalog.pg_attribute f ON f.attrelid = c.typrelid"
    " AND f.attnum > 0 AND NOT f.attisdropped"
    " JOIN pg_catalog.pg_type b ON b.oid = f.atttypid"
    " LEFT JOIN pg_catalog.pg_constraint k ON k.contypid <> 0"
    " AND k.contypid IN (b.oid, b.typelem) AND k.contype = 'c'"
    " WHERE f.atttypmod >= 0 OR k.oid IS NOT NULL"
    " UNION ALL SELECT d.name, '" API_SQL_COLUMNS_VIEW "' || d.via,"
    " a.attname, a.attnum"
    " FROM down d JOIN at a ON a.name = d.name AND a.level = d.level"
    " AND (a.attnum = ANY (d.quals) OR 0 = ANY (d.quals))"
    " UNION ALL SELECT w.name, '', '', 0"
    " FROM base w WHERE w.plain"
    " ORDER BY 1, 2, 4";
