import { forgetTemplates } from './template-count';

export default forgetTemplates;
