/** For the `checkRoutes` and `listRoutes` of adapters. Applications do not need it. */

export { type PathTemplate, parseMountTemplates, parseTemplates } from './routes/path-template.js';
export { type CheckRoutesOptions, checkRouteEntries } from './routes/route-check.js';
export {
  isEveryMethod,
  isRuleOrGuard,
  type Route,
  type RouteEntry,
} from './routes/route-entry.js';
export { getGuardMark } from './routes/route-marks.js';
export { listRouteEntries } from './routes/route-table.js';
