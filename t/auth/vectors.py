"""Vectors that others have made, against src/auth; t/auth/run asks for them.

wycheproof()  json_web_*_test.json of Project Wycheproof: tokens with their keys
primitives()  its vectors of the signatures under them: HMAC, RSA, ECDSA with r
              and s one behind the other, Ed25519
cookbook()    the examples of RFC 7520, RFC 7797 and RFC 8037

ask is Driver.ask, check(what, got, wanted) counts.
"""

import base64
import glob
import json
import os
import re

# these say "valid" and are not, or the other way round: 367 and 370 are 357
# byte by byte (the project's issue 236); 372 and 373 have a "?" in base64url;
# in 346 and 350 the key's alg is PS256 and the token's PS384, in 347 and 351
# the key's is ES521, which does not exist
DOUBTFUL = {("json_web_signature", n)
            for n in (346, 347, 350, 351, 367, 370, 372, 373)}

# a key that is in order, where it is the token that must be refused
SECRET = "s" * 32

BITS = {"SHA-256": "256", "SHA-384": "384", "SHA-512": "512"}
SHA = {"secp256r1": "256", "secp384r1": "384", "secp521r1": "512"}
KNOWN = re.compile(
    "(hmac_sha(256|384|512)|rsa_signature_[234]0.._sha(256|384|512)"
    "|rsa_pss_[234]0.._sha.*_mgf1_[0-9]+|ecdsa_secp(256|384|521)r1_.*_p1363"
    "|ed25519)_test.json")


def wycheproof(ask, check, folder):
    for path in sorted(glob.glob(os.path.join(folder, "json_web_*.json"))):
        name, groups = load(path)
        for group in groups:
            keys = group.get("public") or group["private"]
            for test in group["tests"]:
                if (name, test["tcId"]) in DOUBTFUL:
                    continue
                what = "%s %d: %s" % (name, test["tcId"], test["comment"])
                text = test["jwe"] if "jwe" in test else test["jws"]
                if not isinstance(text, str):
                    text = json.dumps(text)
                if "jwe" in test:
                    check(what, ask("signature", SECRET, text), None)
                else:
                    check(what, ask("signature", keys, text),
                          "ok" if test["result"] == "valid" else None)


def load(path):
    with open(path, encoding="utf-8") as file:
        return (os.path.basename(path).replace("_test.json", ""),
                json.load(file)["testGroups"])


def primitives(ask, check, folder):
    for path in sorted(glob.glob(os.path.join(folder, "*_test.json"))):
        if KNOWN.match(os.path.basename(path)):
            name, groups = load(path)
            for group in groups:
                alg = algorithm(name, group)
                if alg is not None:
                    of_group(ask, check, name, group, alg)


def algorithm(name, group):
    """What JOSE calls a group's signatures; None: it has no name for them."""
    if name == "ed25519":
        return "EdDSA"
    if name.startswith("hmac"):
        return "HS" + name[-3:]
    bits = BITS.get(group["sha"])
    if bits is None or group.get("mgfSha", group["sha"]) != group["sha"]:
        return None
    if name.startswith("ecdsa"):
        return "ES" + bits if SHA[name.split("_")[1]] == bits else None
    return ("PS" if name.startswith("rsa_pss") else "RS") + bits


def of_group(ask, check, name, group, alg):
    bits = int(alg[2:]) if alg != "EdDSA" else 0
    # a shorter tag is another algorithm, and so is another salt
    whole = group.get("tagSize", bits) == bits \
        and group.get("sLen", bits // 8) * 8 == bits
    for test in group["tests"]:
        keys = group.get("publicKeyPem") or {
            "kty": "oct", "k": base64.urlsafe_b64encode(
                bytes.fromhex(test["key"])).decode().rstrip("=")}
        right = whole and ("key" not in test or len(test["key"]) * 4 >= bits)
        if test["result"] == "acceptable" or test["comment"].startswith(
                "s_len changed to %d" % (bits // 8)):
            continue
        check("%s %d by %s: %s" % (name, test["tcId"], alg, test["comment"]),
              ask(alg, keys, bytes.fromhex(test["msg"]),
                  bytes.fromhex(test.get("tag") or test["sig"])),
              "ok" if right and test["result"] == "valid" else None)


def cookbook(ask, check, folder):
    for where in ("jws", "curve25519", "rfc7797"):
        for path, document in documents(folder, where):
            if "alg" in document["input"]:
                signed(ask, check, path, document)
    for path, document in documents(folder, "jwe"):
        for text in texts(document["output"]):
            check(path, ask("signature", SECRET, text),
                  "encrypted" if text.count(".") == 4 else None)


def documents(folder, where):
    for path in sorted(glob.glob(os.path.join(folder, where, "*.json"))):
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path), json.load(file)


def texts(output):
    for form in output.values():
        yield form if isinstance(form, str) else json.dumps(form)


def signed(ask, check, path, document):
    """The compact form, where its payload is in it and said in base64url, and
    no other."""
    keys = document["input"]["key"]
    if isinstance(keys, list):
        keys = keys[0]
    else:
        keys = dict(keys, alg=document["input"]["alg"])
    token = document["output"].get("compact", "")
    whole = token.count(".") == 2 and ".." not in token and " " not in token
    for text in texts(document["output"]):
        check("%s: %.20s" % (path, text), ask("signature", keys, text),
              "ok" if whole and text == token else None)
    if whole:
        head, body, signature = token.split(".")
        for i in range(len(signature) - 1):
            other = "B" if signature[i] == "A" else "A"
            check("%s: letter %d of the signature" % (path, i),
                  ask("signature", keys, ".".join(
                      (head, body,
                       signature[:i] + other + signature[i + 1:]))), None)
