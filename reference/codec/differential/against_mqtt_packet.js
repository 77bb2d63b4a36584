// The codec against npm's mqtt-packet, both ways: what we encode it has to read as the same packet,
// and what it encodes we have to.
// usage: node against_mqtt_packet.js CODEC_DIFFERENTIAL BUILD_FOLDER
'use strict'

const { spawnSync } = require('child_process')
const fs = require('fs')
const path = require('path')

const PACKAGE = 'mqtt-packet'
const VERSION = '9.0.2'
const PACKETS_A_VERSION = '1500'
const SKIPPED = 77

const [tool, folder] = process.argv.slice(2)

function skip (reason) {
  console.log(`SKIPPED: ${reason}`)
  process.exit(SKIPPED)
}

// Installs the pinned version into the build folder, once.
function load () {
  const module = path.join(path.resolve(folder), 'node_modules', PACKAGE)
  if (!fs.existsSync(module)) {
    const done = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder,
      `${PACKAGE}@${VERSION}`], { encoding: 'utf8' })
    if (done.error || done.status !== 0) {
      skip(`npm cannot install ${PACKAGE}@${VERSION}: ${done.error || done.stderr.trim()}`)
    }
  }
  return { mqtt: require(module), constants: require(path.join(module, 'constants.js')) }
}

const { mqtt, constants } = load()
const LEVELS = { '3.1': 3, '3.1.1': 4, '5.0': 5 }

const hex = (value) => Buffer.from(value === undefined ? '' : value).toString('hex')
const text = (value) => Buffer.from(value, 'hex').toString('utf8')
const bytes = (value) => Buffer.from(value, 'hex')

// Its properties are an object, which loses the order; so both sides are sorted.
function sorted (properties) {
  return properties.map((property) => JSON.stringify(property)).sort()
}

function propertiesOf (object) {
  const result = []
  for (const [name, value] of Object.entries(object || {})) {
    const id = constants.properties[name]
    const type = constants.propertiesTypes[name]
    if (type === 'pair') {
      for (const [key, values] of Object.entries(value)) {
        for (const one of [].concat(values)) result.push([id, [hex(key), hex(one)]])
      }
      continue
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      if (type === 'byte') result.push([id, one ? 1 : 0])
      else if (type === 'string' || type === 'binary') result.push([id, hex(one)])
      else result.push([id, one])
    }
  }
  return result
}

function objectOf (properties) {
  const result = {}
  for (const [id, value] of properties) {
    const name = constants.propertiesCodes[id]
    const type = constants.propertiesTypes[name]
    if (type === 'pair') {
      const pairs = result[name] = result[name] || {}
      const key = text(value[0])
      pairs[key] = key in pairs ? [].concat(pairs[key], text(value[1])) : text(value[1])
      continue
    }
    const one = type === 'byte' ? value === 1 : type === 'string' ? text(value) : type === 'binary' ? bytes(value) : value
    result[name] = name in result ? [].concat(result[name], one) : one
  }
  return result
}

// What it parsed, in our words.
function fromTheirs (p, level) {
  const type = p.cmd.toUpperCase()
  const properties = propertiesOf(p.properties)
  switch (type) {
    case 'CONNECT':
      return {
        type,
        protocol_name: hex(p.protocolId),
        protocol_version: p.protocolVersion,
        clean_start: p.clean,
        keep_alive: p.keepalive,
        client_identifier: hex(p.clientId),
        will: p.will
          ? { topic: hex(p.will.topic), payload: hex(p.will.payload), qos: p.will.qos, retain: p.will.retain, properties: propertiesOf(p.will.properties) }
          : null,
        user_name: p.username === undefined ? null : hex(p.username),
        password: p.password === undefined ? null : hex(p.password),
        properties
      }
    case 'CONNACK':
      return { type, session_present: p.sessionPresent, reason_code: level === 5 ? p.reasonCode : p.returnCode, properties }
    case 'PUBLISH':
      return {
        type,
        dup: p.dup,
        qos: p.qos,
        retain: p.retain,
        topic_name: hex(p.topic),
        packet_identifier: p.qos > 0 ? p.messageId : null,
        payload: hex(p.payload),
        properties
      }
    case 'SUBSCRIBE':
      return {
        type,
        packet_identifier: p.messageId,
        topic_filters: p.subscriptions.map((s) => ({
          topic_filter: hex(s.topic), qos: s.qos, no_local: !!s.nl, retain_as_published: !!s.rap, retain_handling: s.rh || 0
        })),
        properties
      }
    case 'UNSUBSCRIBE':
      return { type, packet_identifier: p.messageId, topic_filters: p.unsubscriptions.map(hex), properties }
    case 'SUBACK':
    case 'UNSUBACK':
      return { type, packet_identifier: p.messageId, reason_codes: p.granted || [], properties }
    case 'PINGREQ':
    case 'PINGRESP':
      return { type }
    case 'DISCONNECT':
    case 'AUTH':
      return { type, reason_code: p.reasonCode || 0, properties }
    default:
      return { type, packet_identifier: p.messageId, reason_code: p.reasonCode || 0, properties }
  }
}

// Our packet, in its words.
function toTheirs (p, level) {
  const result = { cmd: p.type.toLowerCase() }
  if (level === 5 && p.properties) result.properties = objectOf(p.properties)
  if ('packet_identifier' in p && p.packet_identifier !== null) result.messageId = p.packet_identifier
  if ('reason_code' in p) result[level === 5 ? 'reasonCode' : 'returnCode'] = p.reason_code
  if ('reason_codes' in p) result.granted = p.reason_codes
  switch (p.type) {
    case 'CONNECT':
      result.protocolId = text(p.protocol_name)
      result.protocolVersion = p.protocol_version
      result.clean = p.clean_start
      result.keepalive = p.keep_alive
      result.clientId = text(p.client_identifier)
      if (p.will) {
        result.will = { topic: text(p.will.topic), payload: bytes(p.will.payload), qos: p.will.qos, retain: p.will.retain, properties: objectOf(p.will.properties) }
      }
      if (p.user_name !== null) result.username = text(p.user_name)
      if (p.password !== null) result.password = bytes(p.password)
      break
    case 'CONNACK':
      result.sessionPresent = p.session_present
      break
    case 'PUBLISH':
      Object.assign(result, { dup: p.dup, qos: p.qos, retain: p.retain, topic: text(p.topic_name), payload: bytes(p.payload) })
      break
    case 'SUBSCRIBE':
      result.subscriptions = p.topic_filters.map((f) => ({
        topic: text(f.topic_filter), qos: f.qos, nl: f.no_local, rap: f.retain_as_published, rh: f.retain_handling
      }))
      break
    case 'UNSUBSCRIBE':
      result.unsubscriptions = p.topic_filters.map(text)
      break
  }
  return result
}

function comparable (packet) {
  const copy = { ...packet }
  if (copy.properties) copy.properties = sorted(copy.properties)
  if (copy.will) copy.will = { ...copy.will, properties: sorted(copy.will.properties) }
  return JSON.stringify(copy, Object.keys(copy).sort().concat(
    ['topic', 'payload', 'qos', 'retain', 'properties', 'topic_filter', 'no_local', 'retain_as_published', 'retain_handling']))
}

// Where mqtt-packet is known not to follow the standard, or to lose what it read.
function whyNotReadable (packet) {
  // Table 2-6 of 5.0 has it, that of section 3.14.2.1 has not; the codec takes either's word.
  if (packet.type === 'DISCONNECT' && packet.reason_code === 0x8C) return 'it refuses DISCONNECT 0x8C'
  const pairs = (packet.properties || []).concat(packet.will ? packet.will.properties : []).filter(([id]) => id === 0x26)
  if (pairs.some(([, [name, value]], i) => value === '' && pairs.slice(i + 1).some(([, other]) => other[0] === name))) {
    return 'it forgets an empty User Property when another of that name follows'
  }
  return null
}

function whyNotWritable (packet) {
  if (packet.type === 'CONNECT') {
    if (packet.client_identifier === '' && !packet.clean_start) return 'it refuses an empty Client Identifier without Clean Start'
    if (packet.password !== null && packet.user_name === null) return 'it refuses a password without a user name'
  }
  return null
}

function parse (frame, level) {
  const parser = mqtt.parser({ protocolVersion: level })
  const packets = []
  let failure = null
  parser.on('packet', (packet) => packets.push(packet))
  parser.on('error', (error) => { failure = failure || error })
  try {
    parser.parse(frame)
  } catch (error) {
    failure = failure || error
  }
  if (failure) return { failure: failure.message }
  return packets.length === 1 ? { packet: packets[0] } : { failure: `${packets.length} packets` }
}

const listed = spawnSync(tool, ['packets', PACKETS_A_VERSION], { encoding: 'utf8', maxBuffer: 1 << 28 })
const cases = listed.stdout.trim().split('\n').map((line) => JSON.parse(line))
const differences = []
const reasons = {}
let read = 0
const written = []

function leaveOut (reason) {
  reasons[reason] = (reasons[reason] || 0) + 1
}

for (const { version, frame, packet } of cases) {
  const level = LEVELS[version]
  const unreadable = whyNotReadable(packet)
  if (unreadable) {
    leaveOut(unreadable)
  } else {
    const result = parse(bytes(frame), level)
    const theirs = result.packet && comparable(fromTheirs(result.packet, level))
    const ours = comparable(packet)
    if (theirs !== ours) differences.push(`read ${version} ${frame}\n  ours   ${ours}\n  theirs ${theirs || result.failure}`)
    ++read
  }
  const unwritable = whyNotWritable(packet)
  if (unwritable) {
    leaveOut(unwritable)
    continue
  }
  try {
    written.push({ version, packet, frame: hex(mqtt.generate(toTheirs(packet, level), { protocolVersion: level })) })
  } catch (error) {
    differences.push(`write ${version} ${JSON.stringify(packet)}\n  theirs ${error.message}`)
  }
}

const input = written.map(({ version, frame }) => `${version} ${frame}\n`).join('')
const decoded = spawnSync(tool, ['decode'], { input, encoding: 'utf8', maxBuffer: 1 << 28 }).stdout.trim().split('\n')
written.forEach(({ version, packet, frame }, i) => {
  const result = JSON.parse(decoded[i])
  const [ours, wanted] = result.refused ? [`refused: ${decoded[i]}`, comparable(packet)] : [comparable(result), comparable(packet)]
  if (ours !== wanted) differences.push(`write ${version} ${frame}\n  wanted ${wanted}\n  we read ${ours}`)
})

console.log(`${PACKAGE} ${VERSION}: it read ${read} of our packets, we read ${written.length} of its`)
for (const [reason, count] of Object.entries(reasons)) console.log(`  left out ${count}: ${reason}`)
if (cases.length < 3 * Number(PACKETS_A_VERSION) || read < cases.length / 2 || written.length < cases.length / 2) {
  console.log('too few packets were compared')
  process.exit(1)
}
for (const difference of differences.slice(0, 20)) console.log(difference)
if (differences.length > 0) {
  console.log(`${differences.length} differences`)
  process.exit(1)
}
