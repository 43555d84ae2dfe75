// Places on somebody's own computer: they name its user, and lead nowhere on another.

export const FOLDER = /^(?:file:|\\\\|[a-z]:[\\/]|\/(?:users|home)\/)/i;
