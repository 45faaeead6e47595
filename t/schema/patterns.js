#!/usr/bin/env node
/*
 * Random patterns against random texts, by src/schema and by V8's RegExp with
 * the flag u: do they take the same patterns, and find them in the same texts?
 *
 *     t/schema/patterns.js [SEED [PATTERNS]]
 *
 * What is known to differ (docs/json-schema.md) is counted, not told.  \B is
 * not asked: V8 looks for it between the halves of a surrogate pair, too.
 */

"use strict";

const { execFileSync, spawnSync } = require("child_process");
const path = require("path");

const ROOT = path.dirname(path.dirname(__dirname));
const OUT = path.join(ROOT, "build", "unit");
const SEED = Number(process.argv[2] || 1);
const PATTERNS = Number(process.argv[3] || 20000);
const TEXTS = 12;
const SHOWN = 20;

/* characters, sets and pieces that a pattern is made of */

const LITERALS = [..."abcA1_ -,:é😀=!<>#&~@\"'%;İſ\u2028\u00a0"];

const ESCAPES = [
    "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\n", "\\t", "\\v", "\\f",
    "\\r", "\\.", "\\/", "\\$", "\\^", "\\0", "\\cA", "\\x41", "\\u0061",
    "\\u{61}", "\\u{1F600}", "\\ud83d\\ude00", "\\ud83d", "\\ude00",
    "\\p{L}", "\\P{L}", "\\p{Lu}", "\\p{LC}", "\\p{Cn}", "\\p{Any}",
    "\\p{ASCII}", "\\p{Assigned}", "\\P{Assigned}", "\\p{Alphabetic}",
    "\\p{White_Space}", "\\p{Emoji}", "\\p{Script=Latin}", "\\p{scx=Grek}"
];

const MEMBERS = [
    ..."ab1_é😀-^$.*({[|:", "\\]", "\\-", "\\b", "&&", "a-z", "0-9", "é-ü",
    "\\x00-\\x1f", "\\u{0}-\\u{10ffff}", "😀-😂", "\\ud800-\\ue000", "+-",
    "--/", "z-a", "\\d-a", "a-\\w", ...ESCAPES
];

const QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "{0}"];

/* what makes a pattern wrong, mostly: also what PCRE2 alone knows */

const ODD = [
    ..."{}[]()*?\\|^$-", "{,1}", "{1", "(?", "(?<", "\\c", "\\u", "\\u{",
    "\\x", "\\p", "\\p{}", "\\k", "\\8", "\\00", "[[:alpha:]]", "\\Q", "\\E",
    "\\G", "\\K", "\\A", "\\z", "\\h", "\\R", "\\N", "\\X", "(*F)", "(?#a)",
    "(?>a)", "(?|a)", "*+", "++", "\\g{1}", "(?P<n>a)", "(?1)", "\\e"
];

const PIECES = [
    "a", "b", "c", "aa", "ab", "A", "1", "_", " ", "-", "é", "😀", "\n", "\r",
    "\v", "\u0001", "\u00a0", "\u2028", "\ufeff", "\u212a", "ſ", "α",
    "\ufdd0", "\u{10ffff}"
];


let state = (SEED * 2654435761 >>> 0) || 1;
let names = 0;


function random(n)
{
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state % n;
}


const pick = (list) => list[random(list.length)];

const some = (most, make) => Array.from({ length: random(most) }, make)
    .join("");


function atom(depth)
{
    const kind = random(depth > 0 ? 15 : 9);

    if (kind < 4) {
        return pick(LITERALS);
    }

    switch (kind) {
    case 4:
    case 5:
        return pick(ESCAPES);
    case 6:
        return ".";
    case 7:
    case 8:
        return "[" + pick(["", "", "^"]) + some(4, () => pick(MEMBERS)) + "]";
    case 9:
        return "(" + alternatives(depth - 1) + ")";
    case 10:
        return "(?:" + alternatives(depth - 1) + ")";
    case 11:
        return pick(["(?=", "(?!", "(?<=", "(?<!"]) + alternatives(depth - 1)
               + ")";
    case 12:
        return "(?<n" + (names++) + ">" + alternatives(depth - 1) + ")";
    case 13:
        return pick(["\\1", "\\2", "\\k<n0>", "\\k<n1>"]);
    default:
        return pick(["^", "$", "\\b"]);
    }
}


function alternatives(depth)
{
    const alternative = () => some(4, () => atom(depth)
        + (random(14) < QUANTIFIERS.length ? pick(QUANTIFIERS) : ""));

    return alternative() + (random(5) === 0 ? "|" + alternative() : "");
}


function pattern()
{
    names = 0;

    const text = alternatives(3);
    const at = random(text.length + 1);

    const made = random(4) === 0
        ? text.slice(0, at) + pick(ODD) + text.slice(at + random(2)) : text;

    /* half of a surrogate pair is no UTF-8 */
    return /\p{Cs}/u.test(made) ? text : made;
}


/* what a repeated group has captured, in an earlier turn */

function differsKnowingly(text)
{
    return /\\[1-9k]/.test(text) && /\)[*+?{]/.test(text);
}


function compare(question, answer, sum)
{
    const text = JSON.stringify(question.schema.pattern);
    let regex = null;
    let why = "";

    try {
        regex = new RegExp(question.schema.pattern, "u");
    } catch (error) {
        why = error.message;
    }

    if (answer.startsWith("fault")) {
        if (regex === null) {
            sum.refused++;
        } else if (answer.includes("is of one length here")) {
            sum.known++;
        } else {
            sum.wrong.push(`refused: ${text}: ${answer}`);
        }

        return;
    }

    if (regex === null) {
        sum.wrong.push(`taken: ${text}, of which V8 says: ${why}`);
        return;
    }

    question.data.forEach((data, i) => {
        sum.asked++;

        if (regex.test(data) === (answer[i] === "1")) {
            return;
        }

        if (differsKnowingly(question.schema.pattern)) {
            sum.known++;
        } else {
            sum.wrong.push(`${text} with ${JSON.stringify(data)}: `
                           + (answer[i] === "1" ? "found" : "not found"));
        }
    });
}


function main()
{
    const driver = path.join(OUT, "schema_driver");

    execFileSync("make", ["-C", ROOT, "-f", "t/unit/Makefile", "-s",
                          "OUT=" + OUT, driver]);

    const questions = Array.from({ length: PATTERNS }, () => ({
        schema: { pattern: pattern() },
        data: Array.from({ length: TEXTS }, () => some(7, () => pick(PIECES)))
    }));

    const run = spawnSync(driver, ["/none"], {
        input: questions.map((q) => JSON.stringify(q) + "\n").join(""),
        maxBuffer: 1 << 28
    });

    const answers = run.stdout.toString().split("\n");
    const sum = { asked: 0, refused: 0, known: 0, wrong: [] };

    if (run.status !== 0 || answers.length !== PATTERNS + 1) {
        console.log("not ok - the driver did not answer");
        process.exit(1);
    }

    questions.forEach((question, i) => compare(question, answers[i], sum));

    sum.wrong.slice(0, SHOWN).forEach((line) => {
        console.log("not ok - " + line);
    });

    console.log(`${PATTERNS} patterns, ${sum.refused} refused by both, `
                + `${sum.asked} matches compared, ${sum.known} known to `
                + `differ, ${sum.wrong.length} wrong`);

    process.exit(sum.wrong.length === 0 ? 0 : 1);
}


main();
