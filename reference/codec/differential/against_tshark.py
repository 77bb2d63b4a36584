#!/usr/bin/env python3
"""The codec against tshark's MQTT dissector: what we encode it has to read as the same packet.

usage: against_tshark.py CODEC_DIFFERENTIAL
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

PACKETS_A_VERSION = "700"
SKIPPED = 77
PORT = 1883
LOOPBACK = bytes([127, 0, 0, 1])

# Each packet travels in a conversation of its own, behind a CONNECT that tells the dissector the
# version.
CONNECTS = {
    "3.1": bytes.fromhex("100f 0006 4d5149736470 03 02 0000 0001 78"),
    "3.1.1": bytes.fromhex("100d 0004 4d515454 04 02 0000 0001 78"),
    "5.0": bytes.fromhex("100e 0004 4d515454 05 02 0000 00 0001 78"),
}


def pcap(conversations):
    """A capture file with one TCP segment a packet."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1)]
    for number, packets in enumerate(conversations):
        source = LOOPBACK[:2] + struct.pack(">H", number + 1)
        sequence = 1
        for data in packets:
            tcp = struct.pack(">HHIIBBHHH", 40000, PORT, sequence, 1, 5 << 4, 0x18, 65535, 0, 0) + data
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + source + LOOPBACK
            frame = bytes(12) + b"\x08\x00" + ip + tcp
            out.append(struct.pack("<IIII", number, sequence, len(frame), len(frame)) + frame)
            sequence += len(data)
    return b"".join(out)


def tokens(layer):
    """The leaves of a dissected packet as (name, hex), in their order on the wire; empty ones, which
    have no place there, are left out."""
    found = []

    def visit(node):
        for name, value in node.items():
            if name.endswith("_raw"):
                for entry in value if isinstance(value[0], list) else [value]:
                    found.append((entry[1], -entry[2], name[:-4].removeprefix("mqtt."), entry[0]))
            else:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, dict):
                        visit(child)

    visit(layer)
    found.sort(key=lambda entry: entry[:2])
    return [(name, value) for _, _, name, value in found if value]


class Reader:
    """Puts a packet together again out of what the dissector found."""

    def __init__(self, found):
        self.found = found
        self.at = 0

    def peek(self):
        return self.found[self.at][0] if self.at < len(self.found) else None

    def take(self, name):
        """The hex of the next token of that name; those before it are passed over."""
        while self.peek() != name:
            if self.at >= len(self.found):
                raise ValueError(f"tshark found no {name}")
            self.at += 1
        self.at += 1
        return self.found[self.at - 1][1]

    def number(self, name):
        return int(self.take(name), 16)

    def has(self, name):
        return any(found == name for found, _ in self.found[self.at:])

    def text(self, length_name, name):
        """A string: its length, and the content that is no token of its own where it is empty."""
        length = self.number(length_name)
        if length == 0:
            return ""
        return self.take(name)

    def properties(self, name="properties"):
        if not self.has(name):
            return []
        block = self.take(name)
        self.take("property_len")
        left = len(block) // 2
        while block and int(block[:2], 16) >= 0x80:
            block, left = block[2:], left - 1
        left -= 1
        result = []
        while left > 0:
            identifier = self.number("property_id")
            value, size = self.property_value(identifier)
            left -= 1 + size
            result.append([identifier, value])
        return result

    def property_value(self, identifier):
        name = self.peek()
        if name == "prop_key_len":
            key = self.text("prop_key_len", "prop_key")
            value = self.text("prop_value_len", "prop_value")
            return [key, value], 4 + (len(key) + len(value)) // 2
        if name == "prop_string_len":
            value = self.text("prop_string_len", "prop_string")
            return value, 2 + len(value) // 2
        raw = self.take(name)
        size = len(raw) // 2
        if name == "property.content_type":  # its length stands in front of it
            return raw[4:], size
        if identifier == 0x0B:  # a Variable Byte Integer
            value = sum((byte & 0x7F) << (7 * i) for i, byte in enumerate(bytes.fromhex(raw)))
            return value, size
        return int(raw, 16), size


def read_connect(reader):
    packet = {"protocol_name": reader.text("proto_len", "protoname"), "protocol_version": reader.number("ver")}
    flags = reader.number("conflags")
    packet["clean_start"] = bool(flags & 2)
    packet["keep_alive"] = reader.number("kalive")
    packet["properties"] = reader.properties()
    packet["client_identifier"] = reader.text("clientid_len", "clientid")
    packet["will"] = None
    if flags & 4:
        properties = reader.properties("will_properties")
        packet["will"] = {
            "topic": reader.text("willtopic_len", "willtopic"),
            "payload": reader.text("willmsg_len", "willmsg"),
            "qos": flags >> 3 & 3,
            "retain": bool(flags & 0x20),
            "properties": properties,
        }
    packet["user_name"] = reader.text("username_len", "username") if flags & 0x80 else None
    packet["password"] = reader.text("passwd_len", "passwd") if flags & 0x40 else None
    return packet


def read_publish(reader):
    packet = {"dup": reader.number("dupflag") == 1, "qos": reader.number("qos"), "retain": reader.number("retain") == 1}
    packet["topic_name"] = reader.text("topic_len", "topic")
    packet["packet_identifier"] = reader.number("msgid") if packet["qos"] > 0 else None
    packet["properties"] = reader.properties()
    packet["payload"] = reader.take("msg") if reader.has("msg") else ""
    return packet


def read_subscribe(reader):
    packet = {"packet_identifier": reader.number("msgid"), "properties": reader.properties(), "topic_filters": []}
    while reader.has("topic_len"):
        entry = {"topic_filter": reader.text("topic_len", "topic"), "no_local": False, "retain_as_published": False,
                 "retain_handling": 0}
        if reader.peek() == "sub.qos":
            entry["qos"] = reader.number("sub.qos")
        else:
            options = reader.number("subscription_options")
            entry.update(qos=options & 3, no_local=bool(options & 4), retain_as_published=bool(options & 8),
                         retain_handling=options >> 4 & 3)
        packet["topic_filters"].append(entry)
    return packet


def read_unsubscribe(reader):
    packet = {"packet_identifier": reader.number("msgid"), "properties": reader.properties(), "topic_filters": []}
    while reader.has("topic_len"):
        packet["topic_filters"].append(reader.text("topic_len", "topic"))
    return packet


def read_codes(reader, names):
    packet = {"packet_identifier": reader.number("msgid"), "properties": reader.properties(), "reason_codes": []}
    while reader.at < len(reader.found):
        name = reader.peek()
        if name in names:
            packet["reason_codes"].append(reader.number(name))
        else:
            reader.at += 1
    return packet


def read_code(reader, name):
    return reader.number(name) if reader.has(name) else 0


def read_packet(kind, reader):
    name = kind.lower()
    if kind == "CONNECT":
        return read_connect(reader)
    if kind == "CONNACK":
        # In 3.1 the byte is reserved, and no field to tshark either.
        present = reader.has("conack.flags") and reader.number("conack.flags") == 1
        code = reader.number("conack.val" if reader.has("conack.val") else "connack.reason_code")
        return {"session_present": present, "reason_code": code, "properties": reader.properties()}
    if kind == "PUBLISH":
        return read_publish(reader)
    if kind == "SUBSCRIBE":
        return read_subscribe(reader)
    if kind == "UNSUBSCRIBE":
        return read_unsubscribe(reader)
    if kind in ("SUBACK", "UNSUBACK"):
        return read_codes(reader, ("suback.qos", name + ".reason_code"))
    if kind in ("PINGREQ", "PINGRESP"):
        return {}
    packet = {}
    if kind not in ("DISCONNECT", "AUTH"):
        packet["packet_identifier"] = reader.number("msgid")
    packet["reason_code"] = read_code(reader, name + ".reason_code")
    packet["properties"] = reader.properties()
    return packet


def dissect(tshark, cases):
    """The dissected MQTT layer of the second packet of each conversation."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "packets.pcap")
        with open(path, "wb") as file:
            file.write(pcap([CONNECTS[case["version"]], bytes.fromhex(case["frame"])] for case in cases))
        command = [tshark, "-n", "-r", path, "-d", f"tcp.port=={PORT},mqtt", "-J", "mqtt", "-T", "jsonraw",
                   "--no-duplicate-keys"]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"tshark failed: {done.stderr.decode(errors='replace')}")
        found = json.loads(done.stdout)
    return [entry["_source"]["layers"].get("mqtt", {}) for entry in found[1::2]]


def main():
    tool = sys.argv[1]
    tshark = shutil.which("tshark")
    if tshark is None:
        print("SKIPPED: there is no tshark")
        return SKIPPED
    lines = subprocess.run([tool, "packets", PACKETS_A_VERSION], capture_output=True, check=True).stdout
    cases = [json.loads(line) for line in lines.splitlines()]
    layers = dissect(tshark, cases)
    if len(cases) < 3 * int(PACKETS_A_VERSION) or len(layers) != len(cases):
        print(f"{len(cases)} packets went out, tshark saw {len(layers)}")
        return 1
    differences = 0
    for case, layer in zip(cases, layers):
        ours = case["packet"]
        kind = ours.pop("type")
        try:
            theirs = read_packet(kind, Reader(tokens(layer)))
        except ValueError as error:
            theirs = str(error)
        if theirs == ours:
            continue
        differences += 1
        if differences <= 20:
            print(f"{case['version']} {kind} {case['frame']}\n  ours   {ours}\n  tshark {theirs}")
    print(f"tshark read {len(cases)} of our packets, {differences} of them otherwise than we meant them")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
