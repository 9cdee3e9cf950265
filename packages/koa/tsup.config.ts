import { library } from '../../.config/tsup.js';

export default library(['src/index.ts', 'src/typed-auth.ts']);
