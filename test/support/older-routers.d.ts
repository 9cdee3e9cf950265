/** The older versions of `@koa/router`, which bring no types; tests take them for the newest one. */
declare module 'koa-router12' {
  export { default } from '@koa/router';
}
declare module 'koa-router13' {
  export { default } from '@koa/router';
}
declare module 'koa-router14' {
  export { default } from '@koa/router';
}
