/** Media queries of the widths and the height where pages change: those of design/tokens.css, which a test compares. */

export const SMALL_PHONE = "(width <= 480px)";
export const PHONE = "(width <= 640px)";
export const TABLET = "(width <= 900px)";
export const DESK = "(width <= 1080px)";
export const WIDE_DESK = "(width <= 1320px)";
export const LOW = "(height <= 560px)";
