#!/usr/bin/env python3
"""Serves objects to snmpd's pass_persist from a file that is read anew for each request.

usage: objects.py FILE; each line of the file is: OID TYPE VALUE
"""
import sys


def key(oid):
    return tuple(int(part) for part in oid.strip().strip(".").split("."))


def load():
    objects = {}
    with open(sys.argv[1]) as lines:
        for line in lines:
            oid, kind, value = line.rstrip("\n").split(" ", 2)
            objects[key(oid)] = ("." + oid, kind, value)
    return objects


def answer(*lines):
    print("\n".join(lines), flush=True)


for command in sys.stdin:
    command = command.strip()
    if command == "PING":
        answer("PONG")
        continue
    asked = key(sys.stdin.readline())
    objects = load()
    if command == "getnext":
        asked = min((oid for oid in objects if oid > asked), default=None)
    if command in ("get", "getnext") and asked in objects:
        answer(*objects[asked])
    else:
        answer("NONE")
