/** Requests to the API of the server this page came from. */
import { asked, token } from './auth';
import type { ListPage } from './types';

/** A problem document (RFC 9457), or a network that is away (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    /** JSON pointer of what is wrong in the body. */
    readonly pointer: string | undefined = undefined,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter: number | undefined = undefined,
  ) {
    super(detail);
  }
}

async function send(method: string, path: string, body: unknown, signal: AbortSignal | undefined, bearer: string | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (bearer) headers['authorization'] = `Bearer ${bearer}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(path.startsWith('/') && !path.startsWith('/api') && !['/healthz', '/readyz', '/metrics', '/openapi.json'].includes(path) ? `/api/v1${path}` : path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (why) {
    if ((why as Error).name === 'AbortError') throw why;
    throw new ApiError(0, 'the server does not answer');
  }
}

/** A renewal that cannot be made now is a network that is away, as for every request. */
async function bearer(force = false): Promise<string | null> {
  try {
    return await token(force);
  } catch (why) {
    throw new ApiError(0, why instanceof TypeError ? 'the server does not answer' : (why as Error).message);
  }
}

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let answer = await send(method, path, body, signal, await bearer());
  if (answer.status === 401) {
    const again = await bearer(true);
    if (again) answer = await send(method, path, body, signal, again);
    if (answer.status === 401) asked.set(true);
  }
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { detail?: string; pointer?: string };
  const wait = Number(answer.headers.get('retry-after'));
  throw new ApiError(answer.status, said.detail ?? `${answer.status} ${answer.statusText}`, said.pointer, wait > 0 ? wait : undefined);
}

/** `path` is that of the API without /api/v1: get('/sessions'). */
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> => (await (await ask('GET', path, undefined, signal)).json()) as T;
export const getText = async (path: string, signal?: AbortSignal): Promise<string> => (await ask('GET', path, undefined, signal)).text();
export const post = async <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
  (await (await ask('POST', path, body, signal)).json()) as T;
export const patch = async <T>(path: string, body: unknown): Promise<T> => (await (await ask('PATCH', path, body)).json()) as T;
export async function remove(path: string): Promise<void> {
  await ask('DELETE', path);
}

/** Every page of a list. */
export async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  const join = path.includes('?') ? '&' : '?';
  for (let next: string | null = ''; next !== null; ) {
    const page: ListPage<T> = await get(`${path}${join}limit=1000${next ? `&cursor=${encodeURIComponent(next)}` : ''}`, signal);
    items.push(...page.items);
    next = page.next;
  }
  return items;
}
