/** What MapLibre draws and no map of the portal shows. */

/**
 * MapLibre draws a sky behind every map, flat ones too: a quarter of each frame where no graphics card helps, and one
 * more program to compile before the first. It has no option for it; where its insides are others, the sky stays.
 */
export function leaveSkyOut({ painter }) {
  if (painter?.drawFunctions?.sky) painter.drawFunctions.sky = () => {};
}
