export { Auth } from './auth-parameter.js';
export type { RuleDecorator } from './declared.js';
export {
  AllowAnonymous,
  AllowIf,
  Optional,
  Public,
  RequireAnyScope,
  RequireClaim,
  RequireGroup,
  RequireScopes,
  RequireStepUp,
} from './decorators.js';
export { DenialException } from './denial-exception.js';
export { type MandateAsyncOptions, MandateModule } from './mandate-module.js';
export type { MandateOptions } from './module-options.js';
export type { PlatformRequest } from './platform-request.js';
