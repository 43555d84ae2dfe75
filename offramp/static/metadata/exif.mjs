// What a camera wrote beside a picture, read by ExifReader (MPL-2.0): alive, reads what all makers write, and is handed
// only the EXIF block, so that a build without its other parts is enough (tools/libraries.mjs).

import ExifReader from "exifreader";
import { finding } from "./blocks.mjs";

// In the order in which they are told: what points to a person first.
const TAGS = {
  name: ["Artist", "CameraOwnerName", "OwnerName", "Copyright", "XPAuthor", "Photographer", "ImageEditor"],
  time: ["DateTimeOriginal", "DateTimeDigitized", "DateTime", "GPSDateStamp"],
  serial: ["BodySerialNumber", "CameraSerialNumber", "LensSerialNumber", "ImageUniqueID"],
  program: ["Software", "HostComputer", "ProcessingSoftware"],
  note: ["ImageDescription", "UserComment", "XPTitle", "XPSubject", "XPComment", "XPKeywords"],
};

/** The findings in an EXIF block (a TIFF); none where it cannot be read. */
export function readExif(block) {
  let tags, place;
  try {
    const { exif = {}, gps } = ExifReader.load(block.slice().buffer, { expanded: true });
    [tags, place] = [exif, gps];
  } catch {
    return []; // it is removed all the same
  }
  return [
    ...where(place),
    ...withText("device", [said(tags.Make), said(tags.Model)].filter(Boolean).join(" ")),
    ...Object.entries(TAGS).flatMap(([what, names]) => names.flatMap((name) => withText(what, said(tags[name])))),
  ];
}

function where(place) {
  if (!Number.isFinite(place?.Latitude) || !Number.isFinite(place?.Longitude)) return [];
  return [finding("place", `${place.Latitude.toFixed(4)}, ${place.Longitude.toFixed(4)}`)];
}

const said = (tag) => (typeof tag?.description === "string" ? tag.description.trim() : "");

const withText = (what, text) => (text ? [finding(what, text)] : []);
