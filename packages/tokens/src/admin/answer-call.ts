import { toRouteMethod } from '@mandate/internal/head-requests';
import { AdminProblem } from './admin-problem.js';
import {
  type Call,
  countTokens,
  createToken,
  describeToken,
  findSecret,
  listAudit,
  listTokens,
  revokeByUser,
  revokeMany,
  rotateToken,
} from './token-calls.js';
import { json, toJson } from './token-json.js';

/** Routes whose second segment is not the id of a token. */
const FIXED = ['GET tokens/count', 'POST tokens/revoke', 'POST tokens/revoke-by-user'];

const FIXED_ROUTES: ReadonlySet<string> = new Set([...FIXED, 'POST tokens/find-secret']);

function toRoute({ request, path }: Call): string {
  const [root, , action] = path;
  const method = toRouteMethod(request.method);
  const fixed = `${method} ${path.join('/')}`;
  if (FIXED_ROUTES.has(fixed)) return fixed;
  return `${method} ${root}${path.length > 1 ? '/{id}' : ''}${action ? `/${action}` : ''}`;
}

/** One line per route. */
export async function answerCall(call: Call): Promise<Response> {
  const { path, authority, admin } = call;
  const [, id = ''] = path;
  if (path.length > 3) throw createNotFound();
  switch (toRoute(call)) {
    case 'GET tokens':
      return listTokens(call);
    case 'POST tokens':
      return createToken(call);
    case 'GET tokens/count':
      return countTokens(call);
    case 'POST tokens/find-secret':
      return findSecret(call);
    case 'POST tokens/revoke':
      return revokeMany(call);
    case 'POST tokens/revoke-by-user':
      return revokeByUser(call);
    case 'POST tokens/{id}/describe':
      return describeToken(call, id);
    case 'GET tokens/{id}':
      return json(200, toJson(await authority.get(id), call.now()));
    case 'POST tokens/{id}/revoke':
      return json(200, toJson(await authority.revoke(id, admin), call.now()));
    case 'POST tokens/{id}/rotate':
      return rotateToken(call, id);
    case 'GET tokens/{id}/audit':
      await authority.get(id);
      return listAudit(call, id);
    case 'GET audit':
      return listAudit(call, undefined);
    default:
      throw createNotFound();
  }
}

export function createNotFound(): AdminProblem {
  return new AdminProblem('not_found', 'not found');
}
