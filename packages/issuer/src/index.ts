export {
  createLoginKey,
  type LoginKeyExpectation,
  type LoginKeyVerdict,
  MAX_LOGIN_KEY_SECONDS,
  type NewLoginKey,
  verifyLoginKey,
} from './login-key.js';
