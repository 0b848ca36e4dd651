/** The few marks that the plots are drawn with; sizes and places in pixels. */

export const INK = "#111827";
export const PALE = "#9ca3af";
export const GRID = "#e5e7eb";
export const GREEN = "#0f9d76";
export const RED = "#c2410c";

/** A tenth of a pixel is enough, and the files stay small. */
export function round(value: number): number {
  return Number(value.toFixed(1));
}

export function line(x1: number, y1: number, x2: number, y2: number, ink: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${ink}" stroke-width="1.5"/>`;
}

/** Through x, y, x, y …; a place that is NaN breaks it. */
export function curve(points: readonly (readonly [number, number])[], ink: string, width = 1.5): string {
  let path = "";
  let pen = "M";
  for (const [x, y] of points) {
    if (Number.isNaN(y)) pen = "M";
    else {
      path += `${pen}${round(x)} ${round(y)}`;
      pen = "L";
    }
  }
  return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${width}"/>`;
}

export function dot(x: number, y: number, ink: string, radius = 2): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${ink}"/>`;
}

export function box(x: number, y: number, width: number, height: number, ink: string, opacity = 1): string {
  const pale = opacity === 1 ? "" : ` opacity="${opacity}"`;
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${ink}"${pale}/>`;
}

export function words(x: number, y: number, text: string, size: number, ink = INK, anchor = "start"): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="${ink}">${safe}</text>`;
}

/** The whole picture on white; `title` is read aloud where it cannot be seen. */
export function picture(width: number, height: number, title: string, marks: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    `<title>${title.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...marks,
    "</svg>",
    "",
  ].join("\n");
}
