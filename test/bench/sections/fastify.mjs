import { measureHost } from '../support/host.mjs';

export const measure = () => measureHost('fastify');
