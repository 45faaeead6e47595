// ajv over the same schema and body: JSON.parse and a compiled function.

import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const [schema, file, seconds] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const ajv = new Ajv.default({ allErrors: true, strict: false,
                              multipleOfPrecision: 6 });

formats.default(ajv);

const check = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
const body = JSON.parse(text);

if (!check(body)) {
    throw new Error(JSON.stringify(check.errors));
}

function measure(step) {
    const until = process.hrtime.bigint() + BigInt(seconds) * 1000000000n;
    let rounds = 0, start = process.hrtime.bigint(), now = start;

    while (now < until) {
        for (let i = 0; i < 1000; i++) {
            step();
        }

        rounds += 1000;
        now = process.hrtime.bigint();
    }

    return Math.round(Number(now - start) / rounds);
}

measure(() => check(body));          // warm
console.log(measure(() => JSON.parse(text)), measure(() => check(body)));
