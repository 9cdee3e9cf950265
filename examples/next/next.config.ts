import type { NextConfig } from 'next';

const config: NextConfig = {
  basePath: '/portal',
  // `npm run typecheck` of the repository checks them.
  typescript: { ignoreBuildErrors: true },
  // For the pages; route handlers have no locale.
  i18n: { locales: ['en', 'de'], defaultLocale: 'en' },
  async rewrites() {
    return [
      { source: '/public/:path*', destination: '/api/:path*' },
      { source: '/open-notes', destination: '/notes' },
    ];
  },
};

export default config;
