// @ts-check
// Starts what the page in front of us needs. Everything works without these scripts, only less quickly.
import { startApprovals } from "./approve.js";
import { startAvailable } from "./available.js";
import { startCollections } from "./collect.js";
import { startCopy } from "./copy.js";
import { startDecisions } from "./decide.js";
import { startFits } from "./fits.js";
import { startFocal } from "./focal.js";
import { startGrid } from "./grid.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startLookup } from "./lookup.js";
import { startOrder } from "./order.js";
import { startPacks } from "./pack.js";
import { startQuestions } from "./questions.js";
import { startRules } from "./rules.js";
import { startShares } from "./share.js";
import { startTexts } from "./texts.js";
import { startUploads } from "./upload.js";

const grid = startGrid();
startKeys(grid);
startFits();
startFocal();
startDecisions(grid);
startApprovals(grid);
startAvailable();
startCollections(grid);
startPacks(grid);
startShares(grid);
startOrder();
startQuestions();
startRules();
startTexts();
startCopy();
startLookup();
startUploads();
startLive(grid);
