"""What a client reads is plain English: one style, and none of the phrases
that only we understand."""

import re

from tree import finding

FILES = r"src/(?:core|json|sql|schema|body|http)/(?!short|fill_|refs|registry)\w+\.[ch]$"

# where a sentence for a client is set; the literals of its arguments follow
SETS = (r"api_error_set\s*\(", r"api_http_outcome_later\s*\(",
        r"ngx_str_set\s*\(&(?:failure|whole)(?:\.|->)message\s*,",
        r"API_SQL_STATE\s*\(", r"api_body_field_refuse\s*\(",
        r"ngx_str_set\s*\(&e->detail\s*,")

ODD = re.compile(r"keep the rules|is away\b|such thing|asked? for\b(?! less)|"
                 r"does not hold|is there\b|goes on\b|behind\b|\bnow\b$")


def check(tree):
    for path in tree.files:
        if not re.match(FILES, path):
            continue

        text = tree.text(path) or ""

        for found in re.finditer("|".join(SETS), text):
            call = text[found.start():text.find(";" if "STATE(" not in
                                                found.group() else ")\n",
                                                found.start())]
            line = text.count("\n", 0, found.start()) + 1

            for literal in re.findall(r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)', call):
                sentence = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal))

                if " " not in sentence:
                    continue

                if sentence[0].isupper() or sentence.endswith("."):
                    yield finding(path, line, '"%s": begin small, and end '
                                  "without a full stop" % sentence)

                if ODD.search(sentence):
                    yield finding(path, line, '"%s": say it in plain English'
                                  % sentence)
