import { BASE_STYLE } from './styles/base-style.js';
import { DATA_STYLE } from './styles/data-style.js';
import { FORM_STYLE } from './styles/form-style.js';
import { LAYOUT_STYLE } from './styles/layout-style.js';
import { PAGE_STYLE } from './styles/page-style.js';
import { WIDTH_STYLE } from './styles/width-style.js';

/**
 * The style of every page: light or dark by the system's setting, one column on a phone. A later rule wins over an
 * earlier one of the same weight.
 */
export const STYLESHEET = [
  BASE_STYLE,
  LAYOUT_STYLE,
  DATA_STYLE,
  FORM_STYLE,
  PAGE_STYLE,
  WIDTH_STYLE,
].join('\n');
