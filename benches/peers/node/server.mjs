// The peer of the POST benchmark: Fastify takes a lead, json-rules-engine tries fifty rules until
// the first match, one statement inserts lead, handoff, timer, outbox and event durably, and the
// owner comes from a round robin in memory. No validation, no duplicates, no working hours, no
// capacity: what it leaves out is work it is spared.
//
// usage: DATABASE=postgres://... PORT=8099 node server.mjs
import Fastify from "fastify";
import pg from "pg";
import { Engine } from "json-rules-engine";

const COUNTRIES = ["US", "CA", "GB", "DE", "FR", "NL", "ES", "SE", "IN", "SG", "AU", "BR"];
const PRODUCTS = ["voice_ai", "voice", "messaging", "wireless"];
const INDUSTRIES = ["software", "healthcare", "financial_services", "retail", "logistics", "media"];

// A small seeded generator (mulberry32), so that every run has the same rules.
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function buildEngine() {
  const next = random(7);
  const some = (all, n) => Array.from({ length: n }, () => all[Math.floor(next() * all.length)]);
  const engine = new Engine();
  for (let i = 0; i < 50; i += 1) {
    const last = i === 49;
    const low = Math.floor(Math.exp(next() * 7));
    const all = last
      ? [{ fact: "score", operator: "greaterThanInclusive", value: 0 }]
      : [
          { fact: "country", operator: "in", value: some(COUNTRIES, 3) },
          { fact: "employees", operator: "greaterThanInclusive", value: low },
          { fact: "employees", operator: "lessThan", value: low * 12 },
          { fact: "score", operator: "greaterThanInclusive", value: Math.floor(next() * 80) },
          ...(next() < 0.6 ? [{ fact: "product", operator: "in", value: some(PRODUCTS, 2) }] : []),
          ...(next() < 0.6 ? [{ fact: "industry", operator: "in", value: some(INDUSTRIES, 2) }] : []),
        ];
    engine.addRule({
      conditions: { all },
      event: { type: "route", params: { rule: i } },
      priority: 50 - i,
      onSuccess: () => engine.stop(),
    });
  }
  return engine;
}

const SCHEMA = `
drop table if exists peer_lead, peer_handoff, peer_timer, peer_outbox, peer_event;
create table peer_lead(id bigserial primary key, email text, country text, body jsonb, at timestamptz default now());
create index on peer_lead(email); create index on peer_lead(country); create index on peer_lead(at);
create table peer_handoff(id bigserial primary key, lead bigint, owner int, rule int, at timestamptz default now());
create index on peer_handoff(owner);
create table peer_timer(id bigserial primary key, lead bigint, due timestamptz); create index on peer_timer(due);
create table peer_outbox(id bigserial primary key, lead bigint, body text);
create table peer_event(id bigserial primary key, lead bigint, kind text, at timestamptz default now());`;

const INSERT = `
with l as (insert into peer_lead(email, country, body) values ($1, $2, $3) returning id),
     h as (insert into peer_handoff(lead, owner, rule) select id, $4, $5 from l),
     t as (insert into peer_timer(lead, due) select id, now() + interval '15 minutes' from l),
     o as (insert into peer_outbox(lead, body) select id, 'assigned' from l)
insert into peer_event(lead, kind) select id, 'captured' from l returning lead`;

const pool = new pg.Pool({ connectionString: process.env.DATABASE, max: 16 });
await pool.query(SCHEMA);
const engine = buildEngine();
let turn = 0;

const app = Fastify();
app.post("/api/v1/leads", async (request, reply) => {
  const fields = request.body.fields ?? request.body;
  const facts = {
    country: fields.country,
    employees: fields.employees ?? 0,
    score: (fields.employees ?? 0) % 100,
    product: fields.product,
    industry: fields.industry,
  };
  const { events } = await engine.run(facts);
  const rule = events[0]?.params.rule ?? 49;
  turn = (turn + 1) % 10;
  const values = [fields.email, fields.country, JSON.stringify(request.body), turn, rule];
  const { rows } = await pool.query({ name: "insert", text: INSERT, values });
  return reply.code(201).send({ lead: rows[0].lead, owner: turn, rule });
});
await app.listen({ port: Number(process.env.PORT ?? 8099), host: "127.0.0.1" });
