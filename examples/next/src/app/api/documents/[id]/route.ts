import { guardRoute } from '../../../../guard-route';

interface Params {
  readonly id: string;
}

export const GET = guardRoute<Params>('/api/documents/:id', (request, principal, { id }) =>
  Response.json({
    document: id,
    reader: principal.subject,
    // What the caller asked for, before rewrites.
    pathname: request.nextUrl.pathname,
  }),
);

export const POST = guardRoute<Params>('/api/documents/:id', async (request, principal, { id }) =>
  Response.json({ document: id, writer: principal.subject, text: await request.text() }),
);
