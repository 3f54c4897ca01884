/** Whether the page is too narrow for two columns; the same width is in frame.css. */
export const phone = matchMedia('(max-width: 899px)');
