export { createSoapHandler, type SoapHandlerOptions } from './soap-handler.js';
