import { guardRoute } from '../../../guard-route';

export const GET = guardRoute('/api/admin', (_request, principal) =>
  Response.json({ admin: principal.subject }),
);
