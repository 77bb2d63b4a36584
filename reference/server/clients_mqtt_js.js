// Clients of 3.1.1 and 5.0 by npm's mqtt, over every transport: QoS 0 to 2, a retained message.
// usage: node clients_mqtt_js.js FOLDER CA_FILE URL...; the package is installed into the folder.
'use strict'

const { spawnSync } = require('child_process')
const assert = require('assert')
const fs = require('fs')
const path = require('path')

const PACKAGE = 'mqtt'
const VERSION = '5.10.4'
const PATIENCE_MS = 20000
const LARGE = Buffer.alloc(70000, 'abcdefg')

const [folder, authority, ...urls] = process.argv.slice(2)

function load () {
  const module = path.join(path.resolve(folder), 'node_modules', PACKAGE)
  if (!fs.existsSync(module)) {
    const done = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder,
      `${PACKAGE}@${VERSION}`], { encoding: 'utf8' })
    if (done.error || done.status !== 0) {
      console.log(`SKIPPED: npm cannot install ${PACKAGE}@${VERSION}: ${done.error || done.stderr.trim()}`)
      process.exit(0)
    }
  }
  return require(module)
}

const mqtt = load()

function next (client, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS)
    client.once(event, (...values) => { clearTimeout(timer); resolve(values) })
  })
}

async function connect (url, protocolVersion, clientId) {
  const client = mqtt.connect(url, {
    protocolVersion, clientId, ca: fs.readFileSync(authority), reconnectPeriod: 0, connectTimeout: PATIENCE_MS
  })
  client.on('error', (error) => { throw error })
  await next(client, 'connect')
  return client
}

// What is published has to come back as it was.
async function exchange (pub, sub, topic, payload, qos, retain) {
  const coming = next(sub, 'message')
  await pub.publishAsync(topic, payload, { qos, retain })
  const [name, came, packet] = await coming
  assert.strictEqual(name, topic)
  assert.ok(came.equals(Buffer.from(payload)), `${topic}: another payload came`)
  assert.strictEqual(packet.qos, qos)
}

async function converse (url, version) {
  const name = `${url.split(':')[0]}-${version}`
  const pub = await connect(url, version, `${name}-pub`)
  const sub = await connect(url, version, `${name}-sub`)
  for (const qos of [0, 1, 2]) {
    const topic = `${name}/${qos}`
    const [granted] = await sub.subscribeAsync(topic, { qos })
    assert.strictEqual(granted.qos, qos)
    await exchange(pub, sub, topic, 'live', qos, false)
    await exchange(pub, sub, topic, LARGE, qos, false)
    await exchange(pub, sub, topic, 'kept', qos, true)
    const again = next(sub, 'message')
    await sub.subscribeAsync(topic, { qos })
    assert.strictEqual((await again)[2].retain, true)
  }
  await pub.endAsync()
  await sub.endAsync()
  console.log(`${name}: all is well`)
}

async function main () {
  const conversations = []
  for (const url of urls) {
    for (const version of [4, 5]) conversations.push(converse(url, version))
  }
  await Promise.all(conversations)
}

main().catch((error) => { console.log(error); process.exit(1) })
