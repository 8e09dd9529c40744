/** The one way to the server: typed by its own description, with the token that changes need. */
import createClient, { type Middleware } from 'openapi-fetch';
import { learnTime } from '../lib/ticker';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Error'];

/** An answer that is not a success, with everything the server said. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
  }
}

let token: string | null = null;

/** The token of the session; see `GET /api/v1/session`. */
export const setToken = (value: string | null): void => {
  token = value;
};

const session: Middleware = {
  onRequest({ request }) {
    if (token && request.method !== 'GET') request.headers.set('x-csrf-token', token);
    if (request.method === 'POST') request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
  onResponse({ response }) {
    // To the second, so the middle of that second is the better guess.
    const date = response.headers.get('date');
    if (date) learnTime(Date.parse(date) + 500);
  },
};

/** `fetch` is looked up with each call, so that tests can stand in for the server. */
export const api = createClient<paths>({ fetch: (request) => fetch(request) });
api.use(session);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  throw new ApiFailure(response.status, asProblem(error, response));
}

function asProblem(body: unknown, response: Response): Problem {
  if (body && typeof body === 'object' && 'code' in body) return body as Problem;
  const request = response.headers.get('x-request-id') ?? '';
  return { code: '', message: response.statusText, fields: [], request_id: request };
}
