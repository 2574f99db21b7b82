//! The program from end to end, as a shell sees it.

mod bad_input;
mod calibrate;
mod classroom;
mod commands;
mod compare;
mod explain;
mod explore;
mod indices;
mod outputs;
mod program;
mod runs;
mod stops;
mod sweep;
mod verify;
