import { guardPage } from '../guard-page';

interface Props extends Record<string, unknown> {
  readonly reader: string;
  readonly locale: string;
}

export const getServerSideProps = guardPage<Props>('/notes', async (principal, { locale }) => ({
  reader: principal.subject,
  locale: locale ?? 'en',
}));

export default function Notes({ reader, locale }: Props): string {
  return `notes of ${reader} in ${locale}`;
}
