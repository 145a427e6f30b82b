import { parseStoryboard, tileAt, tileStyle } from '../../../src/runtime/console/data/storyboard';
import { storyboardCues } from '../../../src/runtime/domain/storyboard';

/** What the worker writes, read as the player reads it. */
const board = parseStoryboard(storyboardCues({ count: 12, width: 160, height: 90, intervalSeconds: 2, durationSeconds: 23.5 }, 'board.webp'), '/media/board.webp')!;

describe('storyboard', () => {
  it('knows every tile and the size of the sheet', () => {
    expect(board.tiles).toHaveLength(12);
    expect([board.sheetWidth, board.sheetHeight]).toEqual([1600, 180]);
  });

  it.each([[0, 0], [1.99, 0], [2, 160], [23.4, 160], [99, 160]])('shows at %d s the tile at x = %d', (seconds, x) => {
    expect(tileAt(board, seconds).x).toBe(x);
  });

  it('scales the sheet so that one tile fills the box', () => {
    expect(tileStyle(board, board.tiles[11], 320)).toMatchObject({ backgroundPosition: '-320px -180px', backgroundSize: '3200px 360px', height: '180px' });
  });

  it('is none for a file without cues', () => {
    expect(parseStoryboard('WEBVTT\n', '/x')).toBeUndefined();
  });
});
