// The chapters of the standards, as headings for their statements.
const packetChapters = [
  "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"
];
const operation = {
  "3.1.1": {
    "4.1": "State", "4.2": "Network connections", "4.3": "Quality of Service", "4.4": "Redelivery",
    "4.5": "Receiving messages", "4.6": "Order", "4.7": "Topics and filters", "4.8": "Errors",
    "5.1": "Security"
  },
  "5.0": {
    "4.1": "Session state", "4.2": "Network connections", "4.3": "Quality of Service",
    "4.4": "Redelivery", "4.5": "Receiving messages", "4.6": "Order", "4.7": "Topics and filters",
    "4.8": "Subscriptions", "4.9": "Flow control", "4.10": "Request and response",
    "4.11": "Server redirection", "4.12": "Enhanced authentication", "4.13": "Errors"
  }
};
const basics = {
  "1.2": "Terms", "1.5": "Data representation", "2.1": "Fixed header", "2.2": "Variable header",
  "2.3": "Payload", "2.4": "Reason codes", "6": "WebSocket", "7": "Conformance",
  "7.1": "Conformance"
};
const basicsOf311 = {"2.2": "Fixed header", "2.3": "Variable header", "2.4": "Payload"};

// "5.0:MQTT-3.3.1-4" stands in "3.3 PUBLISH"; 3.1 has no chapters with numbers.
function chapterOf(id) {
  const [version, rest = ""] = id.split(":");
  const number = /^[A-Z0-9]+-(\d+(?:\.\d+)?)/.exec(rest)?.[1] ?? "";
  if (version === "3.1") return "Where 3.1 differs from 3.1.1";
  const [part, chapter] = number.split(".");
  const name = part === "3" ? packetChapters[Number(chapter) - 1] :
                              operation[version]?.[number] ??
          (version === "3.1.1" ? basicsOf311[number] : undefined) ?? basics[number] ?? "";
  return name ? `${number} ${name}` : number || "Other";
}
