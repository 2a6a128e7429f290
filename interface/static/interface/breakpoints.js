/** Widths where pages change, in CSS pixels, for scripts: those of design/tokens.css, which a test compares. */

export const PHONE_PX = 640;
export const TABLET_PX = 900;
