"""Forecasts of a programme: when offices open, how likely each clause is, and how right we were."""

from knutpunkt.programme.forecasting.advice import Advice, advice
from knutpunkt.programme.forecasting.answers import (
    ClauseChance,
    FanPoint,
    Forecast,
    HitRate,
    Note,
    Parameter,
    SlotForecast,
)
from knutpunkt.programme.forecasting.backtest import BackTest, backtest
from knutpunkt.programme.forecasting.case import Case, prepare, simulated
from knutpunkt.programme.forecasting.changes import (
    AddCrew,
    AddSpare,
    Change,
    CutBudget,
    Delay,
    Drop,
    InterimRoom,
    Substitute,
)
from knutpunkt.programme.forecasting.making import forecast, forecast_of
from knutpunkt.programme.forecasting.storing import forecast_store, forecasts_score
from knutpunkt.programme.forecasting.whatif import WhatIf, what_if

__all__ = [
    "AddCrew",
    "AddSpare",
    "Advice",
    "BackTest",
    "Case",
    "Change",
    "ClauseChance",
    "CutBudget",
    "Delay",
    "Drop",
    "FanPoint",
    "Forecast",
    "HitRate",
    "InterimRoom",
    "Note",
    "Parameter",
    "SlotForecast",
    "Substitute",
    "WhatIf",
    "advice",
    "backtest",
    "forecast",
    "forecast_of",
    "forecast_store",
    "forecasts_score",
    "prepare",
    "simulated",
    "what_if",
]
