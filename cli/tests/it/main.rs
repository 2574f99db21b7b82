//! The program from end to end, as a shell sees it.

mod bad_input;
mod calibrate;
mod classroom;
mod commands;
mod damage;
mod compare;
mod explain;
mod explore;
mod in_vain;
mod indices;
mod outputs;
mod program;
mod runs;
mod stops;
mod sweep;
mod trouble;
mod verify;
