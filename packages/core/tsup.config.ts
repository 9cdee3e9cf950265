import { library } from '../../.config/tsup.js';

export default library([
  'src/index.ts',
  'src/adapter.ts',
  'src/node.ts',
  'src/glean/index.ts',
  'src/decorators.ts',
  'src/openapi.ts',
]);
