/** All styles in the order of the cascade; those of widgets stand in their folders. */
import "./index.css";
import "./widgets.ts";
import "../widgets/grid/widget-columns.css";
import "./forced-colors.css";
import "./print.css";
