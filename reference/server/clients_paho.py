"""Clients of every version, by paho: QoS 0 to 2, a retained message, a persistent session.
usage: clients_paho.py CA_FILE TRANSPORT=PORT... with the transports tcp, tls, ws and wss
"""
import queue
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PATIENCE_S = 20
LARGE = bytes(range(256)) * 300


class Client:
    def __init__(self, place, name, version, clean=True):
        transport, port, authority = place
        self.events, self.v5 = queue.Queue(), version == mqtt.MQTTv5
        options = {} if self.v5 else {"clean_session": clean}
        if transport in ("ws", "wss"):
            options["transport"] = "websockets"
        self.client = mqtt.Client("%s-%s" % (transport, name), protocol=version, **options)
        if transport in ("tls", "wss"):
            self.client.tls_set(ca_certs=authority)
        self.client.on_connect = lambda *a: self.events.put(("connected", a[2]))
        self.client.on_subscribe = lambda *a: self.events.put(("subscribed",))
        self.client.on_publish = lambda *a: self.events.put(("published",))
        self.client.on_message = lambda c, u, m: self.events.put(
            ("message", m.topic, m.payload, m.qos, m.retain))
        options = {}
        if self.v5:
            options["clean_start"] = clean
            if not clean:
                options["properties"] = Properties(PacketTypes.CONNECT)
                options["properties"].SessionExpiryInterval = 60
        self.client.connect("127.0.0.1", port, **options)
        self.client.loop_start()
        self.answer = self.expect("connected")

    def expect(self, kind):
        event = self.events.get(timeout=PATIENCE_S)
        assert event[0] == kind, (event, kind)
        return event[1:]

    def subscribe(self, topic, qos):
        self.client.subscribe(topic, qos)
        self.expect("subscribed")

    def publish(self, topic, payload, qos, retain=False):
        self.client.publish(topic, payload, qos, retain)
        self.expect("published")

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()


def converse(place, version):
    name = "v%d" % version
    pub = Client(place, name + "pub", version)
    for qos in (0, 1, 2):
        sub = Client(place, name + "sub", version)
        topic = "%s/%s/%d" % (place[0], name, qos)
        sub.subscribe(topic, qos)
        for payload in (b"live", LARGE):
            pub.publish(topic, payload, qos)
            assert sub.expect("message") == (topic, payload, qos, 0)
        pub.publish(topic, "kept", qos, True)
        assert sub.expect("message") == (topic, b"kept", qos, 0)
        sub.subscribe(topic, qos)
        assert sub.expect("message") == (topic, b"kept", qos, 1)
        sub.end()
    topic = "%s/%s/away" % (place[0], name)
    away = Client(place, name + "away", version, False)
    away.subscribe(topic, 2)
    away.end()
    pub.publish(topic, "waited", 2)
    away = Client(place, name + "away", version, False)
    assert away.expect("message") == (topic, b"waited", 2, 0)
    if version != mqtt.MQTTv31:
        flags = away.answer[0]
        assert flags["session present"] == 1, flags
    away.end()
    pub.end()


def run(place, version):
    try:
        converse(place, version)
        print("%s of version %d: all is well" % (place[0], version), flush=True)
    except Exception as error:
        print("%s of version %d: %r" % (place[0], version, error), flush=True)
        raise


authority = sys.argv[1]
places = [argument.split("=") for argument in sys.argv[2:]]
threads = [threading.Thread(target=run, args=((transport, int(port), authority), version))
           for transport, port in places
           for version in (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
