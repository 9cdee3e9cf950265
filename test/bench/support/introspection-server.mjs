import { createServer } from 'node:http';

/** Answers `POST /` about the tokens of a Map as RFC 7662 §2.2 describes it. */
export async function startIntrospectionServer(claimsByToken) {
  const server = createServer(async (req, res) => {
    let form = '';
    for await (const chunk of req) form += chunk;
    const claims = claimsByToken.get(new URLSearchParams(form).get('token'));
    const answer = claims === undefined ? { active: false } : { active: true, ...claims };
    res.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1').unref();
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${server.address().port}/`;
}
