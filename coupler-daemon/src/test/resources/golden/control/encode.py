#!/usr/bin/env python3
"""Writes the golden messages of docs/control-protocol.md next to itself, without the daemon's code. Run by hand when the format changes."""
import json
import pathlib
import struct

ID = "00000000-0000-1234-0000-000000005678"
DIGEST = {"bytes": 4096, "digest": "ab" * 16}
OFFER = {"config": '{"c_info":{}}', "frames": 32768}
MESSAGES = {
    "Hello": (1, dict(protocol=1, software="0.1.0", host="alpha", xenVersion="4.17.4", bootId="boot", journalId="journal")),
    "Begin": (2, dict(migrationId=ID, target=OFFER, guard=OFFER, verifyMemory=False)),
    "Accept": (3, dict(migrationId=ID, dataPort=7655, targetToken="01" * 32, guardToken="02" * 32)),
    "Refuse": (4, dict(migrationId=ID, code="NO_MEMORY", reason="No memory.")),
    "Stopped": (5, dict(migrationId=ID, target=DIGEST, guard=DIGEST, counterAtStop=12913, counterGfn=77, vmcoreinfo="",
                         watched="ab" * 32, guardSequence=8)),
    "Ready": (6, dict(migrationId=ID, target=DIGEST, guard=DIGEST, counterFirstSeen=12913, counterBeforeGo=12913)),
    "Yield": (7, dict(migrationId=ID)),
    "Keep": (8, dict(migrationId=ID, reason="cancelled")),
    "Running": (9, dict(migrationId=ID, targetReleasedAtNs=1, guardReleasedAtNs=2, counterBeforeGo=12913, cpuTimeBeforeGoNs=0)),
    "Done": (10, dict(migrationId=ID, reportJson="{}", targetDefinition="<domain/>", guardDefinition="")),
    "Closed": (11, dict(migrationId=ID, target=dict(defined=True, reason=""), guard=dict(defined=False, reason="No."))),
    "Inquire": (12, dict(migrationId=ID, journalId="journal")),
    "Answer": (13, dict(migrationId=ID, decision="TAKE")),
    "Ping": (14, dict(sentAtNs=5)),
    "Pong": (15, dict(sentAtNs=5, answeredAtNs=6)),
}


def crc32c(data):
    """RFC 3720, appendix B.4: reflected polynomial 0x82F63B78."""
    crc = 0xFFFFFFFF
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283
for name, (code, fields) in MESSAGES.items():
    body = json.dumps(fields, separators=(",", ":")).encode()
    header = struct.pack(">4sHHI", b"VMCC", 1, code, len(body))
    text = (header + struct.pack(">I", crc32c(header + body)) + body).hex()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    pathlib.Path(__file__).with_name(name + ".hex").write_text("\n".join(lines) + "\n")
