import { GridLayer, type GridLayerOptions } from "leaflet";

const LINES = 4;

/** A plain grid where no map tiles are configured: with the scale beside it, distances still read well. */
export class PlainGrid extends GridLayer {
  constructor(options?: GridLayerOptions) {
    super({ updateWhenIdle: false, ...options });
  }

  // With a second parameter Leaflet would wait to be told that the tile is there.
  override createTile(): HTMLElement {
    const tile = document.createElement("canvas");
    const { x, y } = this.getTileSize();
    tile.width = x;
    tile.height = y;
    const pen = tile.getContext("2d");
    if (pen) draw(pen, x, y);
    return tile;
  }
}

function draw(pen: CanvasRenderingContext2D, width: number, height: number): void {
  for (let i = 0; i < LINES; i++) {
    pen.strokeStyle = i === 0 ? "#cfdcde" : "#e1e9ea";
    pen.beginPath();
    pen.moveTo((i * width) / LINES + 0.5, 0);
    pen.lineTo((i * width) / LINES + 0.5, height);
    pen.moveTo(0, (i * height) / LINES + 0.5);
    pen.lineTo(width, (i * height) / LINES + 0.5);
    pen.stroke();
  }
}
